package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Goldens;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules against the harnesses whose names their parsers bear, by make_rule_goldens.py. */
class RandomAnswersTest {

  private static final int COUNT = 500;

  private static void each(String file, Consumer<JsonNode> check) throws IOException {
    assertThat(Goldens.read("rules/" + file + ".jsonl.gz", check)).isEqualTo(COUNT);
  }

  private static Score score(
      ProfileRule rule, JsonNode answer, String truth, List<String> options) {
    return rule.score(answer.textValue(), RuleVectors.reference(List.of(truth), options));
  }

  @Test
  void yesAndNoAreVlmEvalKits() throws IOException {
    ProfileRule rule = AnswerRules.of("yes-no", Map.of("parser", "vlmevalkit"));
    each(
        "yes_no",
        one -> {
          String expected = one.get(1).textValue();
          assertThat(score(rule, one.get(0), "yes", List.of()))
              .as(one.toString())
              .isEqualTo(new Score(expected, expected.isEmpty(), expected.equals("yes") ? 1 : 0));
        });
  }

  @Test
  void lettersOfMmmuAreLmmsEvals() throws IOException {
    ProfileRule rule = AnswerRules.of("letter", Map.of("parser", "lmms-mmmu"));
    each(
        "lmms_mmmu",
        one ->
            assertThat(score(rule, one.get(0), "A", RuleVectors.texts(one.get(1))).parsed())
                .as(one.toString())
                .isEqualTo(one.get(2).textValue()));
  }

  @Test
  void lettersOfAi2dAreLmmsEvals() throws IOException {
    ProfileRule rule = AnswerRules.of("letter", Map.of("parser", "ai2d"));
    List<String> options = List.of("one", "two", "three", "four");
    each(
        "lmms_ai2d",
        one ->
            assertThat(score(rule, one.get(0), "A", options).value())
                .as(one.toString())
                .isEqualTo(one.get(1).booleanValue() ? 1 : 0));
  }

  @ParameterizedTest
  @CsvSource({"3, different", "4, same", "5, different"})
  void ocrBenchIsItsOwnAndLmmsEvalsAndVlmEvalKits(int column, String fullWidth) throws IOException {
    ProfileRule rule =
        AnswerRules.of("contains", Map.of("formulas", "formula", "full_width", fullWidth));
    each(
        "ocrbench",
        one -> {
          Reference reference =
              new Reference(
                  "",
                  one.get(2).booleanValue() ? "formula" : "text",
                  RuleVectors.texts(one.get(1)),
                  List.of(),
                  Map.of());
          assertThat(rule.score(one.get(0).textValue(), reference).value())
              .as(one.toString())
              .isEqualTo(one.get(column).booleanValue() ? 1 : 0);
        });
  }
}
