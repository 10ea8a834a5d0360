package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Statistic;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YesNoRuleTest {

  private static final Score YES = new Score("yes", false, 1);

  private static ProfileRule rule(Map<String, Object> settings) {
    return YesNoRule.of(new RuleSettings(settings));
  }

  private static Score score(ProfileRule rule, String answer, String truth) {
    return rule.score(answer, RuleVectors.reference(List.of(truth), List.of()));
  }

  @ParameterizedTest
  @CsvSource({"vlmevalkit, vlmevalkit", "words, vlmevalkit", "lmms-eval, lmms_intern"})
  void answersAreReadAsEachHarnessDoes(String parser, String column) throws IOException {
    ProfileRule rule = rule(Map.of("parser", parser));
    for (JsonNode one : RuleVectors.read("yesno_hallusion_vectors")) {
      String expected = one.get(column).textValue().toLowerCase(Locale.ROOT);
      Score score = score(rule, one.get("answer").textValue(), "Yes");
      assertThat(score.parsed())
          .as(one.toString())
          .isEqualTo(expected.equals("unknown") ? "" : expected);
      assertThat(score.unparsed()).isEqualTo(expected.equals("unknown"));
      assertThat(score.value()).isEqualTo(expected.equals("yes") ? 1 : 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "**Yes**, yes, ''",
    "yes: it is, yes, ''",
    "yes.It is, yes, ''",
    "“No”, no, ''",
    "no—none, no, ''",
    "'No, none', no, no",
    "(yes), yes, yes",
    "yes-no, '', ''",
    "'yes/no - 1', '', ''", // a dash beside a blank goes, so does a slash elsewhere
    "'yes- or no-', '', ''",
    "'1,000 yes-no', '', ''", // a comma between digits: all marks are deleted
    "yes.no, '', ''",
    "yes.1, yes, ''",
  })
  void vlmEvalKitsWordsAreWhatIsLeftOfMarks(String answer, String words, String vlmEvalKit) {
    assertThat(score(rule(Map.of("parser", "words")), answer, "yes").parsed()).isEqualTo(words);
    assertThat(score(rule(Map.of()), answer, "yes").parsed()).as("the default").isEqualTo(words);
    assertThat(score(rule(Map.of("parser", "vlmevalkit")), answer, "yes").parsed())
        .isEqualTo(vlmEvalKit);
  }

  @Test
  void lmmsEvalLeavesNothingUndecided() {
    ProfileRule rule = rule(Map.of("parser", "lmms-eval"));
    assertThat(rule.figures().get(0).statistic()).isEqualTo(Statistic.F1);
    Score empty = score(rule, "", "No");
    assertThat(empty.unparsed()).isFalse();
    assertThat(empty.value()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NO", "Not really", "Nope", "isn't", "No;", "No\n", "", "Yes. No", "nothing"})
  void popeTakesMostThingsForYes(String answer) {
    assertThat(score(rule(Map.of("parser", "pope")), answer, "yes")).isEqualTo(YES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"No", "no", "not", "No.", "No, it is", "It is not. Yes", "a no", "N,o"})
  void popeKnowsThreeWordsForNo(String answer) {
    assertThat(score(rule(Map.of("parser", "pope")), answer, "yes"))
        .isEqualTo(new Score("no", false, 0));
  }

  @ParameterizedTest
  @CsvSource({"YES, yes", "' no\t', no", "yes., ''", "'yes no', ''", "'', ''"})
  void lmmsEvalsPopeTakesTheWordAlone(String answer, String word) {
    assertThat(score(rule(Map.of("parser", "lmms-pope")), answer, "yes"))
        .isEqualTo(new Score(word, word.isEmpty(), word.equals("yes") ? 1 : 0));
  }

  @ParameterizedTest
  @CsvSource({"pope, 0.5", "lmms-pope, 0.5", "words, 0", "vlmevalkit, 0", "lmms-eval, 0"})
  void aGuessIsHalfRightByPopesParsers(String parser, double chance) {
    assertThat(rule(Map.of("parser", parser)).chance()).isEqualTo(chance);
  }

  @Test
  void aTruthIsYesOrNo() {
    assertThat(rule(Map.of()).problem(RuleVectors.reference(List.of("maybe"), List.of())))
        .contains("must be yes or no, it is [maybe]");
    assertThat(rule(Map.of()).problem(RuleVectors.reference(List.of(" No"), List.of()))).isEmpty();
  }

  @Test
  void refusesAnotherParser() {
    assertThatThrownBy(() -> rule(Map.of("parser", "lmms")))
        .hasMessageContaining("did you mean lmms-eval or lmms-pope?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "ye", "no ", " ", "-", ",", "a.", "1,", "\ud800"})
  void hostileTextsAreScoredInTime(String part) {
    for (String parser : List.of("words", "vlmevalkit", "lmms-eval", "pope", "lmms-pope")) {
      ProcessorTime.requireLittle(
          () ->
              score(
                  rule(Map.of("parser", parser)),
                  part.repeat(ProcessorTime.LONG / part.length()),
                  "yes"));
    }
  }
}
