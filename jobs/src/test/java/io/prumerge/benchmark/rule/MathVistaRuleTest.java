package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against what MathVista's own code (53d5258), lmms-eval (75571cf) and VLMEvalKit (e8e78f0) make of
 * the same answers.
 */
class MathVistaRuleTest {

  private static final int VECTORS = 51;
  private static final List<String> CITIES = List.of("hong kong", "osaka", "shanghai", "tokyo");

  private static MathVistaRule rule(Map<String, Object> settings) {
    return MathVistaRule.of(new RuleSettings(settings));
  }

  private static List<JsonNode> vectors() throws IOException {
    try (InputStream in =
        MathVistaRuleTest.class.getResourceAsStream("/goldens/rules/mathvista_vectors.json")) {
      List<JsonNode> cases = new ArrayList<>();
      new ObjectMapper().readTree(in).get("cases").forEach(cases::add);
      assertThat(cases).hasSize(VECTORS);
      return cases;
    }
  }

  private static Reference reference(JsonNode vector) {
    List<String> choices = new ArrayList<>();
    vector.get("choices").forEach(choice -> choices.add(choice.textValue()));
    String precision = vector.get("precision").isNull() ? "" : vector.get("precision") + ".0";
    return reference(
        vector.get("question_type").textValue(),
        vector.get("answer_type").textValue(),
        precision,
        vector.get("truth").textValue(),
        choices);
  }

  private static Reference reference(
      String questionType, String type, String precision, String truth, List<String> options) {
    Map<String, String> extra =
        precision.isEmpty()
            ? Map.of("question_type", questionType, "answer_type", type)
            : Map.of("question_type", questionType, "answer_type", type, "precision", precision);
    return new Reference("", "", List.of(truth), options, extra);
  }

  private static Reference open(String type, String precision, String truth) {
    return reference("free_form", type, precision, truth, List.of());
  }

  private static Reference city() {
    return reference("multi_choice", "text", "", "tokyo", CITIES);
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "" : value.asText();
  }

  @ParameterizedTest
  @CsvSource({"official, official_right", "lmms-eval, lmms_right"})
  void givenExtractionsAreNormalised(String evaluator, String column) throws IOException {
    MathVistaRule rule = rule(Map.of("extract", "given", "evaluator", evaluator));
    for (JsonNode vector : vectors()) {
      String extraction = vector.get("text").textValue();
      Score score = rule.score(extraction, reference(vector));
      assertThat(score.value()).as("%s", vector).isEqualTo(vector.get(column).asBoolean() ? 1 : 0);
      assertThat(score.parsed()).as("%s", vector).isEqualTo(text(vector.get("normalised")));
      if (extraction.isEmpty() || vector.get("normalised").isNull()) {
        assertThat(score.unparsed()).as("%s", vector).isTrue();
      } else if (!vector.get("question_type").textValue().equals("multi_choice")) {
        assertThat(score.unparsed()).as("%s", vector).isFalse();
      }
    }
  }

  @Test
  void rulesExtractOrLeaveItToAJudge() throws IOException {
    MathVistaRule rules = rule(Map.of());
    MathVistaRule given = rule(Map.of("extract", "given"));
    for (JsonNode vector : vectors()) {
      String extraction = text(vector.get("extraction_by_rules"));
      assertThat(rules.score(vector.get("text").textValue(), reference(vector)))
          .as("%s", vector)
          .isEqualTo(given.score(extraction, reference(vector)));
    }
  }

  @Test
  void aJudgeIsAskedOnlyWhereRulesExtractNothing() throws IOException {
    for (String evaluator : List.of("official", "lmms-eval")) {
      MathVistaRule given = rule(Map.of("extract", "given", "evaluator", evaluator));
      for (JsonNode vector : vectors()) {
        String answer = vector.get("text").textValue();
        String extraction = text(vector.get("extraction_by_rules"));
        assertThat(given.extracted(answer, reference(vector)))
            .as("%s", vector)
            .isEqualTo(
                extraction.isEmpty() && !answer.isEmpty()
                    ? Optional.empty()
                    : Optional.of(extraction));
      }
    }
    MathVistaRule other = rule(Map.of("extract", "given", "evaluator", "vlmevalkit"));
    assertThat(other.extracted("It is (D).", city())).contains("D");
    assertThat(other.extracted("Tokyo or osaka", city())).isEmpty();
    assertThat(other.extracted("0", open("integer", "", "0"))).as("as nothing").isEmpty();
    assertThat(other.extracted("7", open("integer", "", "0"))).contains("7");

    assertThat(rule(Map.of("extract", "given")).problemWithJudge()).isEmpty();
    assertThat(rule(Map.of()).problemWithJudge()).isPresent();
  }

  @Test
  void vlmEvalKitReadsWithoutAJudge() throws IOException {
    MathVistaRule rule = rule(Map.of("evaluator", "vlmevalkit"));
    for (JsonNode vector : vectors()) {
      Score score = rule.score(vector.get("text").textValue(), reference(vector));
      assertThat(score.value())
          .as("%s", vector)
          .isEqualTo(vector.get("vlmevalkit_right_without_judge").asBoolean() ? 1 : 0);
      if (!vector.get("vlmevalkit_prefetch").isNull()) {
        assertThat(score.parsed())
            .as("%s", vector)
            .isEqualTo(vector.get("vlmevalkit_prefetch").asText());
      }
    }
  }

  @Test
  void vlmEvalKitTakesZeroForNothingUnlessAJudgeExtractedIt() {
    assertThat(rule(Map.of("evaluator", "vlmevalkit")).score("0", open("integer", "", "0")).value())
        .isZero();
    assertThat(
            rule(Map.of("evaluator", "vlmevalkit", "extract", "given"))
                .score("0", open("integer", "", "0"))
                .value())
        .isEqualTo(1);
  }

  @Test
  void emptyAnswersMayBeRightByTheNearestOption() {
    Reference shortest = reference("multi_choice", "text", "", "osaka", CITIES);
    assertThat(rule(Map.of()).score("I do not know", shortest))
        .isEqualTo(new Score("osaka", true, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "given, D, false", "given, (d) osaka, false", "given, tokyo, false", "given, ' tokyo ', false",
    "given, tokio, true", "given, (E), true", "given, d, true", "rules, tokyo, false",
    "rules, D, true",
  })
  void optionsThatAreOnlyNearAreUnparsed(String extract, String answer, boolean expected) {
    for (String evaluator : List.of("official", "lmms-eval")) {
      Score score = rule(Map.of("extract", extract, "evaluator", evaluator)).score(answer, city());
      assertThat(score.unparsed()).isEqualTo(expected);
      assertThat(CITIES).contains(score.parsed());
    }
  }

  @Test
  void onlyChoicesAreNear() {
    assertThat(rule(Map.of("extract", "given")).score("x", open("integer", "", "1")))
        .isEqualTo(new Score("", true, 0));
    assertThat(rule(Map.of("evaluator", "vlmevalkit")).score("x", city()))
        .isEqualTo(new Score("", true, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "14, 14, 1",
    "14.0, 14, 0",
    "' +1_4 ', 14, 1",
    "1e1, 10, 0",
    "0014, 14, 1",
    "٣, 3, 1",
    "-0, 0, 1",
  })
  void strictIntegersAreThoseOf2023(String extraction, String truth, double expected) {
    Map<String, Object> settings = Map.of("extract", "given", "strict_integers", true);
    assertThat(rule(settings).score(extraction, open("integer", "", truth)).value())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1e22, 10000000000000000000000",
    "-0.9, 0",
    "1e400, ''",
    "nan, ''",
    "-inf, ''",
    "1_0.5, 10",
    "9007199254740993, 9007199254740992",
  })
  void integersAreCutFromDoubles(String extraction, String expected) {
    assertThat(
            rule(Map.of("extract", "given")).score(extraction, open("integer", "", "1")).parsed())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "-0.04, 1.0, -0.0",
    "2.675, 2.0, 2.67",
    "0.5, 0, 0.0",
    "1.5, 0, 2.0",
    "1234.5, -2, 1200.0",
    "inf, 1, inf",
    "1e16, 1, 1e+16",
    "5e-324, 400, 5e-324",
    "1.05, 1.9, 1.1",
  })
  void floatsAreRoundedAsInPython(String extraction, String precision, String expected) {
    assertThat(
            rule(Map.of("extract", "given"))
                .score(extraction, open("float", precision, "1"))
                .parsed())
        .isEqualTo(expected);
  }

  @Test
  void allFloatsFailAsInTheCommitOfLmmsEval() {
    Map<String, Object> settings = Map.of("evaluator", "lmms-eval", "floats_fail", true);
    assertThat(rule(settings).score("1.2", open("float", "1.0", "1.2")))
        .isEqualTo(new Score("", true, 0));
    assertThat(rule(settings).score("12", open("integer", "", "12")).value()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'The answer is \"D\".', tokyo",
    "'Well. The answer is \"(D) \"x\".\". So.', tokyo",
    "'The answer is \"D', osaka",
    "'The answer is \".', osaka",
    "'The answer is \"x\nThe answer is \"B\".', osaka",
  })
  void quickExtractionReadsQuotedAnswers(String answer, String expected) {
    Score score = rule(Map.of("quick_extract", true)).score(answer, city());
    assertThat(score.parsed()).isEqualTo(expected);
    assertThat(rule(Map.of()).score(answer, city()).unparsed()).isTrue();
  }

  @Test
  void lmmsEvalStripsBothSides() {
    Reference spaced = reference("multi_choice", "text", "", "a ", List.of("a ", "b"));
    Reference bare = reference("multi_choice", "text", "", "a", List.of("a ", "b", "a"));
    assertThat(rule(Map.of("extract", "given")).score("A", spaced).value()).isEqualTo(1);
    assertThat(rule(Map.of("extract", "given")).score("A", bare).value()).isZero();
    assertThat(rule(Map.of("extract", "given", "evaluator", "lmms-eval")).score("A", bare).value())
        .isEqualTo(1);
  }

  @Test
  void namesWhatCannotBeCompared() {
    MathVistaRule rule = rule(Map.of());
    assertThat(rule.problem(city())).isEmpty();
    assertThat(rule.problem(open("integer", "", "1"))).isEmpty();
    assertThat(rule.problem(open("float", "2.0", "1"))).isEmpty();
    assertThat(rule.problem(open("list", "", "[1]"))).isEmpty();
    assertThat(rule.problem(open("float", "", "1"))).contains("is a float without a precision");
    assertThat(rule.problem(reference("multi_choice", "text", "", "kobe", CITIES)))
        .hasValueSatisfying(problem -> assertThat(problem).contains("is no option: 'kobe'"));
    assertThat(rule.problem(open("text", "", "1")))
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .contains("type 'free_form' and answer type 'text'")
                    .endsWith("known: multi_choice, or one of integer, float, list"));
  }

  @Test
  void settingsThatHaveNoEffectAreRefused() {
    assertThatThrownBy(() -> rule(Map.of("strict_integers", true, "evaluator", "lmms-eval")))
        .hasMessage("strict_integers is for evaluator: official");
    assertThatThrownBy(() -> rule(Map.of("floats_fail", true)))
        .hasMessage("floats_fail is for evaluator: lmms-eval");
    assertThatThrownBy(() -> rule(Map.of("quick_extract", true, "extract", "given")))
        .hasMessageStartingWith("quick_extract is for extract: rules");
  }

  @Test
  void theNearestIsThatOfAWholeTable() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      String text = letters(random);
      List<String> options = List.of(letters(random), letters(random), letters(random));
      String nearest = options.get(0);
      for (String option : options) {
        nearest = distance(text, option) < distance(text, nearest) ? option : nearest;
      }
      assertThat(EditDistance.nearest(text, options))
          .as("%s of %s", text, options)
          .isEqualTo(nearest);
    }
  }

  private static String letters(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(7); length > 0; length--) {
      text.appendCodePoint(random.nextInt(4) == 0 ? 0x1f600 : 'a' + random.nextInt(2));
    }
    return text.toString();
  }

  private static int distance(String a, String b) {
    int[] first = a.codePoints().toArray();
    int[] second = b.codePoints().toArray();
    int[][] table = new int[first.length + 1][second.length + 1];
    for (int i = 0; i <= first.length; i++) {
      for (int j = 0; j <= second.length; j++) {
        table[i][j] =
            i == 0 || j == 0
                ? i + j
                : Math.min(
                    table[i - 1][j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1),
                    1 + Math.min(table[i - 1][j], table[i][j - 1]));
      }
    }
    return table[first.length][second.length];
  }

  @ParameterizedTest
  @CsvSource({
    "official, rules",
    "official, given",
    "lmms-eval, given",
    "vlmevalkit, rules",
  })
  void hostileTextsAreScoredInTime(String evaluator, String extract) {
    boolean quick = extract.equals("rules") && !evaluator.equals("vlmevalkit");
    MathVistaRule rule =
        rule(Map.of("evaluator", evaluator, "extract", extract, "quick_extract", quick));
    for (String text :
        List.of(
            "",
            "\ud800",
            "\u0000",
            "9".repeat(ProcessorTime.LONG),
            "9".repeat(ProcessorTime.LONG) + "x",
            "1_".repeat(ProcessorTime.LONG / 2),
            "0." + "3".repeat(ProcessorTime.LONG),
            "(".repeat(ProcessorTime.LONG),
            "The answer is \"".repeat(ProcessorTime.LONG / 15),
            "\n".repeat(ProcessorTime.LONG),
            "1e999999999")) {
      for (Reference reference :
          List.of(city(), open("integer", "", "1"), open("float", "1e300", "1"))) {
        assertThatCode(() -> ProcessorTime.requireLittle(() -> rule.score(text, reference)))
            .doesNotThrowAnyException();
      }
    }
  }
}
