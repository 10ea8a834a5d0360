package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Drawing;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules against what the harnesses' and the benchmarks' own code makes of the same answers:
 * lmms-eval 75571cf, VLMEvalKit e8e78f0, MMMU bb0b95a, MultimodalOCR 794c36d, run for these files.
 */
class AnswerRulesTest {

  private static final List<String> OPTIONS =
      List.of("red apple", "green pear", "banana", "none of the above");

  private static double score(ProfileRule rule, String answer, String... truths) {
    return rule.score(answer, RuleVectors.reference(List.of(truths), List.of())).value();
  }

  private static Score letter(Map<String, Object> settings, String answer, String truth) {
    return AnswerRules.of("letter", settings)
        .score(answer, RuleVectors.reference(List.of(truth), OPTIONS));
  }

  @Test
  void anlsIsThatOfVlmEvalKitWhichStripsNothing() throws IOException {
    ProfileRule rule = AnswerRules.of("anls", Map.of());
    for (JsonNode one : RuleVectors.read("anls_vectors")) {
      assertThat(
              score(
                  rule,
                  one.get("answer").textValue(),
                  RuleVectors.texts(one.get("truths")).toArray(String[]::new)))
          .as(one.toString())
          .isCloseTo(one.get("vlmevalkit").doubleValue(), within(1e-12));
    }
  }

  @Test
  void relaxedIsBothHarnesses() throws IOException {
    ProfileRule rule = AnswerRules.of("relaxed", Map.of());
    for (JsonNode one : RuleVectors.read("chartqa_vectors")) {
      assertThat(score(rule, one.get("answer").textValue(), one.get("truth").textValue()))
          .as(one.toString())
          .isEqualTo(one.get("lmms").doubleValue());
    }
    ProfileRule lists = AnswerRules.of("relaxed", Map.of("python_lists", true));
    for (JsonNode one : RuleVectors.read("chartqa_vectors")) {
      assertThat(score(lists, one.get("answer").textValue(), one.get("truth").textValue()))
          .as(one.toString())
          .isEqualTo(one.get("vlmevalkit").doubleValue());
    }
  }

  /** As GQA's evaluators, which strip no text. */
  @ParameterizedTest
  @CsvSource({
    "gqa, Yes.., yes, yes, 1",
    "gqa, yes, Yes, yes, 0",
    "gqa, ' yes', yes, ' yes', 0",
    "gqa, it's. No, it's. no, it's. no, 1",
    "lmms-gqa, It's., iTS, its, 1",
    "lmms-gqa, ' its', its, ' its', 0",
    "lmms-gqa, a-b, ab, ab, 1",
    "lmms-gqa, é!, É, é, 1"
  })
  void exactAsGqasEvaluators(
      String parser, String answer, String right, String parsed, double score) {
    ProfileRule rule = AnswerRules.of("exact", Map.of("parser", parser));
    Reference reference = new Reference("", "", List.of(right), List.of(), Map.of());

    assertThat(rule.score(answer, reference)).isEqualTo(new Score(parsed, false, score));
    assertThat(rule.score("..", reference)).isEqualTo(new Score("", true, 0));
    assertThat(rule.parsers()).containsExactly(parser);
    assertThatThrownBy(() -> AnswerRules.of("exact", Map.of("parser", parser, "ignore_case", true)))
        .hasMessageContaining("parser must be left out beside ignore_case");
  }

  @Test
  void exactWithKeysIsLmmsEvals() throws IOException {
    for (JsonNode one : RuleVectors.read("exact_match_vectors").get("exact_match_flags")) {
      Map<String, Object> settings = new LinkedHashMap<>(Map.of("ignore_case", false));
      for (String flag : List.of("ignore_case", "ignore_punctuation", "ignore_numbers")) {
        if (one.has(flag)) {
          settings.put(flag, true);
        }
      }
      if (one.has("regexes_to_ignore")) {
        settings.put("regexes_to_ignore", RuleVectors.texts(one.get("regexes_to_ignore")));
      }
      assertThat(
              score(
                  AnswerRules.of("exact", settings),
                  one.get("answer").textValue(),
                  one.get("truth").textValue()))
          .as(one.toString())
          .isEqualTo(one.get("score_after_strip").doubleValue());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mmmu,mmmu_official",
    "lmms-eval,lmms_mcq_extract",
    "vlmevalkit,vlmevalkit",
  })
  void lettersAreThoseOfEachParser(String parser, String column) throws IOException {
    for (JsonNode one : RuleVectors.read("mcq_vectors").get("cases")) {
      Score score = letter(Map.of("parser", parser), one.get("answer").textValue(), "B");
      String expected = one.get(column).textValue();
      assertThat(score.parsed()).as(one.toString()).isEqualTo(expected == null ? "" : expected);
      assertThat(score.unparsed()).isEqualTo(expected == null);
      assertThat(score.value()).isEqualTo("B".equals(expected) ? 1 : 0);
    }
  }

  @Test
  void ai2dsLetterIsLmmsEvals() throws IOException {
    for (JsonNode one : RuleVectors.read("exact_match_vectors").get("ai2d_lmms")) {
      String answer = one.get("answer").textValue().strip();
      Score score = letter(Map.of("parser", "ai2d"), answer, one.get("truth").textValue());
      assertThat(score.value()).as(one.toString()).isEqualTo(one.get("score").doubleValue());
    }
  }

  @ParameterizedTest
  @CsvSource({"A,A", "because,B", "(c) a pear,C", "Option D,D", "The answer is b.,B", "'(',''"})
  void mmstarsLetterIsTheFirst(String answer, String letter) {
    assertThat(letter(Map.of("parser", "mmstar"), answer, "A").parsed()).isEqualTo(letter);
  }

  @Test
  void questionsWithoutOptionsHaveARuleOfTheirOwn() {
    ProfileRule rule = AnswerRules.of("letter", Map.of("open", Map.of("rule", "number", "abs", 1)));
    assertThat(rule.score("B", RuleVectors.reference(List.of("B"), OPTIONS)).value()).isEqualTo(1);
    assertThat(rule.score("11", RuleVectors.reference(List.of("10"), List.of())).value())
        .isEqualTo(1);
    assertThat(rule.problem(RuleVectors.reference(List.of("ten"), List.of()))).isPresent();
    assertThatThrownBy(() -> AnswerRules.of("letter", Map.of("open", "exact")))
        .hasMessage("open must be a rule with its keys, such as {rule: exact}, it is 'exact'");
  }

  @Test
  void rightOptionsAreNamedInTheFirstWayThatFits() {
    Map<String, Object> settings = Map.of("answers_are", List.of("letter", "index0"));
    assertThat(letter(settings, "C", "2").value()).isEqualTo(1);
    assertThat(letter(settings, "C", "c").value()).isEqualTo(1);
    assertThat(
            AnswerRules.of("letter", settings)
                .problem(RuleVectors.reference(List.of("7"), OPTIONS)))
        .hasValueSatisfying(problem -> assertThat(problem).contains("'7' as letter or index0"));
  }

  @Test
  void containsIsOcrBenchs() throws IOException {
    for (String column : List.of("official", "lmms", "vlmevalkit")) {
      String fullWidth = column.equals("lmms") ? "same" : "different";
      ProfileRule rule =
          AnswerRules.of("contains", Map.of("formulas", "HME100k", "full_width", fullWidth));
      for (JsonNode one : RuleVectors.read("ocrbench_vectors")) {
        Reference reference =
            new Reference(
                "",
                one.get("dataset").textValue(),
                RuleVectors.texts(one.get("truths")),
                List.of(),
                Map.of());
        assertThat(rule.score(one.get("answer").textValue().strip(), reference).value())
            .as(column + one)
            .isEqualTo(one.get(column).doubleValue());
      }
    }
    ProfileRule all = AnswerRules.of("contains", Map.of("need", "all"));
    assertThat(score(all, "a red and a green one", "red", "green")).isEqualTo(1);
    assertThat(score(all, "a red one", "red", "green")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "letter, b, B",
    "text, Green  pear, B",
    "index0, 1, B",
    "letter, (B), B",
    "letter, b., B",
    "letter, ＂Ｂ＂, B",
    "letter, **B**:, B",
    "index1, 2, B",
    "index1, 2.0, B",
  })
  void rightOptionsAreNamedInFourWays(String kind, String truth, String answer) {
    assertThat(letter(Map.of("answers_are", kind), answer, truth).value()).isEqualTo(1);
    assertThat(letter(Map.of("answers_are", kind), "C", truth).value()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "text, 3, 3|4|3|5, AC",
    "text, ' 3 ', 3|4|3|5, AC",
    "text, red, Red|red|blue, B", // exactly
    "text, RED, Red|red|Red|blue, AC", // the first, and those that equal it
    "text, 3, 3||3, AC", // a missing option has a letter
    "letter, A, 3|4|3, A",
    "index0, 2, 3|4|3, C",
  })
  void ofEqualOptionsEachIsRightWhereTheirTextIs(
      String kind, String truth, String options, String right) {
    Reference reference = RuleVectors.reference(List.of(truth), List.of(options.split("\\|", -1)));
    for (Object one : List.of(kind, List.of(kind, "index1"))) {
      ProfileRule rule = AnswerRules.of("letter", Map.of("answers_are", one));
      for (String letter : List.of("A", "B", "C", "D")) {
        assertThat(rule.score(letter, reference).value())
            .as("%s %s", one, letter)
            .isEqualTo(right.contains(letter) ? 1 : 0);
      }
      assertThat(String.join("", rule.rightLetters(reference))).isEqualTo(right);
      assertThat(rule.problem(reference)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"letter, E", "text, kiwi", "index0, 4", "index1, 0", "index0, x"})
  void aTruthThatIsNoOptionIsAFault(String kind, String truth) {
    assertThat(
            AnswerRules.of("letter", Map.of("answers_are", kind))
                .problem(RuleVectors.reference(List.of(truth), OPTIONS)))
        .hasValueSatisfying(problem -> assertThat(problem).contains("'" + truth + "' as " + kind));
  }

  @Test
  void missingOptionsKeepTheLettersOfTheOthers() {
    Reference gap = RuleVectors.reference(List.of("C"), List.of("one", "", "three"));
    ProfileRule rule = AnswerRules.of("letter", Map.of());
    assertThat(rule.score("C", gap).value()).isEqualTo(1);
    assertThat(rule.score("B", gap).unparsed()).isTrue();
    assertThat(rule.problem(RuleVectors.reference(List.of("B"), List.of("one", "", "three"))))
        .isPresent();
  }

  @Test
  void undecidedAnswersAreWrongOrDropped() {
    assertThat(letter(Map.of(), "who knows", "A").dropped()).isFalse();
    Score dropped = letter(Map.of("undecided", "drop"), "who knows", "A");
    assertThat(dropped.dropped()).isTrue();
    assertThat(dropped.unparsed()).isTrue();
    assertThat(AnswerRules.of("letter", Map.of("undecided", "drop")).drawing()).isEmpty();
  }

  @Test
  void aRandomLetterIsDrawnForUndecidedAnswersToChoices() {
    ProfileRule rule =
        AnswerRules.of("letter", Map.of("undecided", "random", "open", Map.of("rule", "exact")));
    Reference choice = RuleVectors.reference(List.of("C"), List.of("one", "", "three", "four"));
    Drawing drawing = rule.drawing().orElseThrow();
    assertThat(drawing.choices("who knows", choice)).containsExactly("A", "C", "D");
    assertThat(drawing.choices("(D)", choice)).isEmpty();
    assertThat(drawing.choices("who knows", RuleVectors.reference(List.of("7"), List.of())))
        .isEmpty();
    assertThat(drawing.drawn(Map.of("validation_Art_1", List.of("C")))).containsValue("C");
    assertThat(drawing.score("C", choice)).isEqualTo(new Score("C", true, 1));
    assertThat(drawing.score("D", choice)).isEqualTo(new Score("D", true, 0));
    assertThat(rule.score("who knows", choice)).isEqualTo(new Score("", true, 0));
    assertThat(rule.score("(C)", choice)).isEqualTo(new Score("C", false, 1));
    assertThatThrownBy(
            () -> AnswerRules.of("letter", Map.of("undecided", "random", "parser", "lmms-mmmu")))
        .hasMessage("undecided: random needs the parser mmmu");
  }

  @Test
  void plainExactIgnoresCaseWhiteSpaceAndOneFullStop() {
    ProfileRule rule = AnswerRules.of("exact", Map.of());
    assertThat(score(rule, " Two  Cats. ", "two cats")).isEqualTo(1);
    assertThat(score(rule, "two, cats", "two cats")).isZero();
    ProfileRule articles = AnswerRules.of("exact", Map.of("ignore_articles", true));
    assertThat(score(articles, "the cat", "a  cat")).isEqualTo(1);
    assertThat(score(articles, "The cat.", "cat")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10, 0, 0, 1",
    "10.4, 10, 0.5, 0, 1",
    "10.6, 10, 0.5, 0, 0",
    "'1,050', 1000, 0, 0.05, 1",
    "it is 7 cm, 7, 0, 0, 1",
    "7 or 8, 7, 0, 0, 0",
    "<think>3 or 4</think> 7, 7, 0, 0, 1",
    "<think>7, 7, 0, 0, 0",
    "none, 7, 0, 0, 0",
    "-3, 3, 0, 0, 0",
    "12345678901234567, 12345678901234568, 0, 0, 0",
    "9007199254740993, 9007199254740992, 0, 0, 0",
    "9007199254740993, 9007199254740993.0, 0, 0, 1",
    "0.8, 0.7, 0.1, 0, 1",
    "1.1, 1, 0, 0.1, 1",
  })
  void numbersAreCloseEnough(String answer, String truth, double abs, double rel, double expected) {
    assertThat(score(AnswerRules.of("number", Map.of("abs", abs, "rel", rel)), answer, truth))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "Yes., 1",
    "<think>No?</think> Yes, 1",
    "No? </think> Yes, 1",
    "<think>Yes, 0",
    "'Yes, no', 0"
  })
  void yesAndNoAreReadBehindAThought(String answer, double expected) {
    assertThat(score(AnswerRules.of("yes-no", Map.of()), answer, "yes")).isEqualTo(expected);
  }

  @Test
  void vqaIsTheShareOfTenPeople() {
    ProfileRule rule = AnswerRules.of("vqa", Map.of());
    String[] ten = {"cat", "cat", "a cat", "dog", "dog", "dog", "dog", "dog", "dog", "dog"};
    assertThat(score(rule, "Cat", ten)).isCloseTo(0.9, within(1e-12));
    assertThat(score(rule, "dog.", ten)).isEqualTo(1);
    assertThat(score(rule, "two", "2")).as("a single answer").isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "m4c, Yes, yes, 1",
    "official, Yes, yes, 0",
    "llava, Yes, yes, 1",
    "lmms-eval, Yes, yes, 1",
    "m4c, 'Yes, it', yes it, 1",
    "lmms-eval, 'it''s', its, 0",
    "official, yes, yes, 1"
  })
  void vqasParsersCompareWhatAllPeopleSay(
      String parser, String answer, String said, double expected) {
    ProfileRule rule = AnswerRules.of("vqa", Map.of("parser", parser));
    assertThat(rule.parsers()).containsExactly(parser);
    assertThat(score(rule, answer, Collections.nCopies(10, said).toArray(String[]::new)))
        .isEqualTo(expected);
    assertThat(score(rule, answer, said)).as("a single answer").isEqualTo(expected);
    String[] others = Collections.nCopies(10, said).toArray(String[]::new);
    others[0] = "The Cat";
    assertThat(score(rule, "Cat", others)).as("one of ten").isCloseTo(0.3, within(1e-12));
  }

  @Test
  void refusesWhatItDoesNotKnowWithTheNearName() {
    assertThatThrownBy(() -> AnswerRules.of("exakt", Map.of()))
        .hasMessageContaining("Unknown rule 'exakt'")
        .hasMessageContaining("did you mean exact?");
    assertThatThrownBy(() -> AnswerRules.of("anls", Map.of("treshold", 1)))
        .hasMessageContaining("did you mean threshold?");
    assertThatThrownBy(() -> AnswerRules.of("letter", Map.of("parser", "mmu")))
        .hasMessageContaining("did you mean mmmu?");
    assertThatThrownBy(() -> AnswerRules.of("vqa", Map.of("parser", "oficial")))
        .hasMessageContaining("known: m4c, official, llava, lmms-eval; did you mean official?");
    assertThatThrownBy(() -> AnswerRules.of("exact", Map.of("ignore_case", "yes")))
        .hasMessage("ignore_case must be true or false, it is 'yes'");
    assertThatThrownBy(() -> AnswerRules.of("anls", Map.of("threshold", 2)))
        .hasMessage("threshold must be at most 1, it is '2'");
    assertThatThrownBy(() -> AnswerRules.of("relaxed", Map.of("tolerance", -1)))
        .hasMessage("tolerance must be a number of at least 0, it is '-1'");
    assertThatThrownBy(() -> AnswerRules.of("exact", Map.of("regexes_to_ignore", List.of("(a"))))
        .hasMessageContaining("'(a' is no regular expression of RE2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anls",
        "contains",
        "exact",
        "letter",
        "math-vision",
        "mmmu-open",
        "number",
        "relaxed",
        "vqa",
        "yes-no"
      })
  void hostileTextsAreScoredInTime(String name) {
    ProfileRule rule = AnswerRules.of(name, Map.of());
    String truth = name.equals("letter") ? "A" : name.equals("number") ? "1" : "yes";
    Reference reference = RuleVectors.reference(List.of(truth), OPTIONS);
    for (String text :
        List.of(
            "",
            "\u0000",
            "\ud800",
            "\udc00a\ud800",
            "\u202e(A)\u202c",
            "a".repeat(100_000),
            "1,000,".repeat(20_000),
            "A. ".repeat(30_000),
            "%".repeat(100_000),
            "9".repeat(100_000))) {
      assertThatCode(() -> ProcessorTime.requireLittle(() -> rule.score(text, reference)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aRegularExpressionTakesLinearTime() {
    ProfileRule rule =
        AnswerRules.of("exact", Map.of("regexes_to_ignore", List.of("(a+)+$", "(x|x)*y")));
    ProcessorTime.requireLittle(
        () -> score(rule, "a".repeat(5_000) + "b" + "x".repeat(5_000), "c"));
  }
}
