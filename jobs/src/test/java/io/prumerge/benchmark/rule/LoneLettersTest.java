package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Goldens;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The letters of SEED-Bench's answers, in a user's file. */
class LoneLettersTest {

  private static final List<String> OPTIONS = List.of("cat", "dog", "bird", "fish");

  private static Score score(String parser, String answer) {
    return AnswerRules.of("letter", Map.of("parser", parser))
        .score(answer, RuleVectors.reference(List.of("B"), OPTIONS));
  }

  @ParameterizedTest
  @CsvSource({
    "B, B, B",
    "b, '', B",
    "' B', '', B",
    "B., '', B",
    "Because, '', B",
    "E, '', ''",
    "(B), '', ''",
    "'', '', ''",
  })
  void seedsScriptsTakeTheLetterAloneAndLmmsEvalTheFirst(
      String answer, String alone, String first) {
    assertThat(score("seed", answer))
        .isEqualTo(new Score(alone, alone.isEmpty(), alone.isEmpty() ? 0 : 1));
    assertThat(score("lmms-seed", answer))
        .isEqualTo(new Score(first, first.isEmpty(), first.isEmpty() ? 0 : 1));
  }

  @Test
  void firstLettersAreLmmsEvalsTwelveThousandTimes() throws IOException {
    ProfileRule rule = AnswerRules.of("letter", Map.of("parser", "lmms-seed"));
    int compared =
        Goldens.read(
            "short_parser.jsonl.gz",
            golden ->
                assertThat(
                        rule.score(
                                golden.get(0).textValue(),
                                RuleVectors.reference(List.of("A"), OPTIONS))
                            .value())
                    .as("'%s'", golden.get(0).textValue())
                    .isEqualTo(golden.get(1).booleanValue() ? 1 : 0));
    assertThat(compared).isEqualTo(12_000);
  }
}
