package io.prumerge.benchmark.vqa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.file.Benchmarks;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares with the official evaluators: {@code notebooks/goldens/make_vqa_goldens.py}. */
class VqaGoldensTest {

  private static final int CASES = 10_000;

  private static final Map<String, UnaryOperator<String>> NORMALISERS =
      Map.of(
          "official", VqaNormaliser.OFFICIAL::normalised,
          "m4c", VqaNormaliser.M4C::normalised,
          "evalai", VqaNormaliser::evalAi);

  private static JsonNode golden(String name) throws IOException {
    try (InputStream bytes =
        new GZIPInputStream(VqaGoldensTest.class.getResourceAsStream("/goldens/" + name))) {
      return new ObjectMapper().readTree(bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({"official", "m4c", "evalai"})
  void normalisesTenThousandStringsAsTheReference(String name) throws IOException {
    JsonNode golden = golden("vqa_normalisers.json.gz");
    JsonNode expected = golden.get(name);
    assertThat(expected).hasSize(CASES);
    for (int i = 0; i < CASES; i++) {
      String text = golden.get("strings").get(i).textValue();
      assertThat(NORMALISERS.get(name).apply(text))
          .as("'%s'", text)
          .isEqualTo(expected.get(i).textValue());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "official, vqav2, official",
    "llava, vqav2, llava",
    "lmms_vqav2, vqav2, lmms-eval",
    "textvqa, textvqa, official",
    "lmms_textvqa, textvqa, lmms-eval",
    "textvqa, vizwiz, official",
    "lmms_vizwiz, vizwiz, lmms-eval"
  })
  void scoresTenThousandAnswersAsTheReference(String name, String benchmark, String profile)
      throws IOException {
    JsonNode golden = golden("vqa_scores.json.gz");
    JsonNode expected = golden.get(name);
    assertThat(expected).hasSize(CASES);
    for (int i = 0; i < CASES; i++) {
      JsonNode given = golden.get("cases").get(i);
      List<String> answers = new ArrayList<>();
      given.get(1).forEach(answer -> answers.add(answer.textValue()));
      Score score =
          Benchmarks.KNOWN
              .named(benchmark)
              .score(
                  profile,
                  given.get(0).textValue(),
                  new Reference("", "", answers, List.of(), Map.of()));
      assertThat(score.value())
          .as("%s", given)
          .isCloseTo(expected.get(i).doubleValue(), within(1e-9));
    }
  }

  @ParameterizedTest
  @CsvSource({"official", "lmms-eval"})
  void comparesTenThousandGqaAnswersAsTheReference(String profile) throws IOException {
    JsonNode golden = golden("gqa_answers.json.gz");
    assertThat(golden.get("pairs")).hasSize(CASES);
    for (int i = 0; i < CASES; i++) {
      String answer = golden.get("pairs").get(i).get(0).textValue();
      String truth = golden.get("pairs").get(i).get(1).textValue();
      Score score =
          Benchmarks.KNOWN
              .named("gqa")
              .score(profile, answer, new Reference("", "", List.of(truth), List.of(), Map.of()));
      if (profile.equals("official")) {
        String handedIn = golden.get("official").get(i).textValue();
        assertThat(score.parsed()).as("'%s'", answer).isEqualTo(handedIn);
        assertThat(score.value()).isEqualTo(handedIn.equals(truth) ? 1 : 0);
      } else {
        assertThat(score.value())
            .as("'%s' and '%s'", answer, truth)
            .isEqualTo(golden.get("lmms").get(i).intValue());
      }
    }
  }
}
