package io.prumerge.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class ReviewScoresTest {

  @Test
  void readsTenThousandReviewsAsTheReferences() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    int compared = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream("/goldens/reviews.jsonl.gz")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode golden = mapper.readTree(line);
        String text = golden.get(0).textValue();
        assertThat(ReviewScores.official(text)).as("'%s'", text).isEqualTo(scores(golden.get(1)));
        assertThat(ReviewScores.lmmsEval(text))
            .as("'%s' by lmms-eval", text)
            .isEqualTo(scores(golden.get(2)));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(10_000);
  }

  private static ReviewScores scores(JsonNode points) {
    return new ReviewScores(points.get(0).doubleValue(), points.get(1).doubleValue());
  }

  @Test
  void readsItsOwnText() {
    ReviewScores scores = new ReviewScores(8, 6.5);
    assertThat(ReviewScores.of(scores.text())).isEqualTo(scores);
    assertThat(ReviewScores.of("")).isEqualTo(ReviewScores.NONE);
    assertThat(ReviewScores.of(ReviewScores.NONE.text())).isEqualTo(ReviewScores.NONE);
  }
}
