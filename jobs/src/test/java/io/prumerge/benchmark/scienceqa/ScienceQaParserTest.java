package io.prumerge.benchmark.scienceqa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScienceQaParserTest {

  private static final String LETTERS = "ABCDE";

  private final ScienceQaBenchmark benchmark = new ScienceQaBenchmark();

  @Test
  void parsesTwelveThousandAnswersAsTheReferences() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    int compared = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    getClass().getResourceAsStream("/goldens/scienceqa_parser.jsonl.gz")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode golden = mapper.readTree(line);
        String text = golden.get(0).textValue();
        int choices = golden.get(1).intValue();
        int index = golden.get(2).intValue();
        String official = index < 0 ? "" : LETTERS.substring(index, index + 1);
        assertThat(parsed("official", text, choices)).as("'%s'", text).isEqualTo(official);
        assertThat(parsed("lmms-eval", text, choices))
            .as("'%s' by lmms-eval", text)
            .isEqualTo(golden.get(3).textValue());
        compared++;
      }
    }
    assertThat(compared).isEqualTo(12_000);
  }

  private String parsed(String profile, String text, int choices) {
    Reference reference =
        new Reference("", "", List.of("A"), Collections.nCopies(choices, "x"), Map.of());
    Score score = benchmark.score(profile, text, reference);
    assertThat(score.unparsed()).isEqualTo(score.parsed().isEmpty());
    assertThat(score.value()).isEqualTo(score.parsed().equals("A") ? 1 : 0);
    return score.parsed();
  }

  @ParameterizedTest
  @CsvSource({
    "B, 1",
    "B. Utah, 1",
    "The answer is C., 2",
    "So the answer is D. The answer is C because, 2",
    "F. The answer is A., 0"
  })
  void knowsThreeForms(String answer, int index) {
    assertThat(ScienceQaBenchmark.Parser.official(answer)).hasValue(index);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        " B",
        "B.",
        "B)",
        "(B)",
        "F",
        "F. x",
        "The answer is B",
        "The answer is B\n",
        "The answer is F.",
        "The answer is A. The answer is A.",
        "B, A. x"
      })
  void makesNothingOfOthers(String answer) {
    assertThat(ScienceQaBenchmark.Parser.official(answer)).isEmpty();
  }
}
