package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Corpus;
import io.prumerge.benchmark.DocumentFrequencies;
import io.prumerge.service.Unknown;
import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model says, every rule under all of its settings scores it, soon. */
class AnyAnswerTest {

  private static final List<String> OPTIONS = List.of("one", "(two)", "3", "A cat");

  /** Answers that can be compared with, by the kinds of questions that rules are for. */
  private static final Reference LETTER = reference(List.of("C"), OPTIONS, Map.of());

  private static final Reference NUMBER = reference(List.of("-1,234.5"), List.of(), Map.of());
  private static final Reference TEXT = reference(List.of("a cat", "x²"), List.of(), Map.of());
  private static final Reference WORD = reference(List.of("yes"), List.of(), Map.of());

  private static final Reference CAT = reference(List.of("cat"), List.of(), Map.of());
  private static final Reference CHOICE =
      reference(List.of("3"), OPTIONS, Map.of("question_type", "multi_choice"));
  private static final Reference INTEGER = open("7", "integer", "1");
  private static final Reference FLOAT = open("1.5", "float", "1");
  private static final Reference LIST = open("[1, 2]", "list", "1");

  private static final List<String> PIECES =
      List.of(
          "A",
          "B",
          "c",
          "(C)",
          "three",
          "one",
          "yes",
          "no",
          "a cat",
          "cats",
          "answer",
          "The answer is",
          "is",
          "not",
          "or",
          "\\boxed{",
          "}",
          "$",
          "**",
          "</think>",
          "<answer>",
          "[1, 2]",
          "-",
          "\u2212",
          "3",
          "1,234.5",
          "1e999",
          "1/2",
          "½",
          "٣",
          "%",
          ".",
          ",",
          ":",
          "\n",
          "\t",
          " ",
          "",
          "\u3000",
          "\u0000",
          "\ud800",
          "\udc00",
          "\ud83d\ude00",
          "e\u0301",
          "\u202e",
          "\ufeff",
          "答案是",
          "ß",
          "İ",
          "'",
          "\"",
          "\\",
          "NaN",
          "None",
          "{",
          "(",
          "]",
          "_",
          "x^2",
          "\\frac{1}{2}",
          "1,2,3");

  /** What answers repeat that do not end. */
  private static final List<String> LONG =
      List.of(
          "a",
          " ",
          "\n",
          "1",
          "1,",
          "(",
          "[",
          "the answer is C. ",
          "\\boxed{",
          "1/",
          "-$",
          "\ud800");

  private static final int LENGTH = 50_000;

  private static final int ANSWERS = 500;

  /** A rule with settings, and what is right. */
  private record Case(String rule, Map<String, Object> settings, Reference reference) {

    /** Returns how an answer is scored, by the corpus where the rule has one. */
    Function<String, Score> scoring() {
      ProfileRule made = AnswerRules.of(rule, settings);
      assertThat(made.problem(reference)).as(toString()).isEmpty();
      if (made.corpus().isEmpty()) {
        return answer -> made.score(answer, reference);
      }
      Corpus corpus = made.corpus().get();
      List<Set<String>> references = List.of(corpus.terms(reference), corpus.terms(CAT));
      return corpus.scorer(reference, DocumentFrequencies.of(references))::score;
    }
  }

  private static Reference reference(
      List<String> answers, List<String> options, Map<String, String> extra) {
    return new Reference("", "", answers, options, extra);
  }

  private static Reference open(String answer, String type, String precision) {
    return reference(
        List.of(answer),
        List.of(),
        Map.of("question_type", "free_form", "answer_type", type, "precision", precision));
  }

  private static void add(List<Case> cases, String rule, Reference reference, Object... keys) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (int i = 0; i < keys.length; i += 2) {
      settings.put((String) keys[i], keys[i + 1]);
    }
    cases.add(new Case(rule, settings, reference));
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    add(cases, "anls", TEXT);
    add(cases, "anls", TEXT, "threshold", 0);
    add(cases, "caption", TEXT);
    add(cases, "caption", TEXT, "tokens", "blanks");
    add(cases, "chair", CAT, "objects", List.of("cat, kitten", "dog"));
    add(cases, "contains", TEXT, "formulas", "", "full_width", "same");
    add(cases, "contains", TEXT, "need", "all");
    add(cases, "exact", TEXT);
    add(cases, "exact", TEXT, "parser", "gqa");
    add(cases, "exact", TEXT, "parser", "lmms-gqa");
    add(cases, "exact", TEXT, "ignore_case", true, "ignore_articles", true);
    add(cases, "exact", TEXT, "ignore_punctuation", true, "ignore_numbers", true);
    add(cases, "exact", TEXT, "regexes_to_ignore", List.of("(a|b)*c", "\\s+"));
    for (LetterParser parser : LetterParser.values()) {
      add(cases, "letter", LETTER, "parser", Unknown.spelling(parser));
    }
    add(cases, "letter", LETTER, "undecided", "drop", "answers_are", List.of("letter", "text"));
    add(cases, "letter", LETTER, "empty", "drop");
    add(cases, "letter", TEXT, "open", Map.of("rule", "exact"));
    add(cases, "math-vision", NUMBER);
    add(cases, "math-vision", TEXT);
    for (String evaluator : List.of("official", "lmms-eval", "vlmevalkit")) {
      for (Reference reference : List.of(CHOICE, INTEGER, FLOAT, LIST)) {
        add(cases, "math-vista", reference, "evaluator", evaluator);
        add(cases, "math-vista", reference, "evaluator", evaluator, "extract", "given");
      }
    }
    add(cases, "math-vista", FLOAT, "evaluator", "lmms-eval", "floats_fail", true);
    add(cases, "math-vista", INTEGER, "strict_integers", true, "quick_extract", true);
    for (String parser : List.of("official", "lmms-eval", "vlmevalkit")) {
      add(cases, "mmmu-open", NUMBER, "parser", parser);
    }
    add(cases, "mmmu-open", TEXT, "parser", "lmms-eval", "compare_characters", true);
    add(cases, "number", NUMBER);
    add(cases, "number", NUMBER, "abs", 1, "rel", 0.1);
    add(cases, "relaxed", NUMBER);
    add(cases, "relaxed", LIST, "tolerance", 0.5, "python_lists", true);
    add(cases, "rouge-l", TEXT);
    add(cases, "rouge-l", TEXT, "tokens", "blanks");
    for (VqaParser parser : VqaParser.values()) {
      add(cases, "vqa", TEXT, "parser", Unknown.spelling(parser));
    }
    for (String parser : List.of("words", "vlmevalkit", "lmms-eval", "pope", "lmms-pope")) {
      add(cases, "yes-no", WORD, "parser", parser);
    }
    return cases;
  }

  @Test
  void everyRuleIsHereWithEachOfItsKeys() {
    Set<String> rules = new TreeSet<>();
    Set<String> keys = new TreeSet<>();
    for (Case one : cases()) {
      rules.add(one.rule());
      one.settings().keySet().forEach(key -> keys.add(one.rule() + "." + key));
    }
    Set<String> all = new TreeSet<>();
    AnswerRules.names()
        .forEach(rule -> AnswerRules.keys(rule).forEach(key -> all.add(rule + "." + key)));
    assertThat(rules).isEqualTo(AnswerRules.names());
    assertThat(keys).isEqualTo(all);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyAnswerIsScoredAndAlwaysTheSame(Case one) {
    Function<String, Score> scoring = one.scoring();
    Random random = new Random(29);
    for (int i = 0; i < ANSWERS; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(
            random.nextInt(8) == 0
                ? Character.toString(random.nextInt(Character.MAX_VALUE + 1))
                : PIECES.get(random.nextInt(PIECES.size())));
        text.append(random.nextBoolean() ? " " : "");
      }
      String answer = PythonText.strip(text.toString());
      String about = one + " of " + new TextNode(answer);
      try {
        Score score = scoring.apply(answer);
        assertThat(score.value()).as(about).isBetween(0.0, 1.0);
        assertThat(score.parsed()).as(about).isNotNull();
        assertThat(scoring.apply(answer)).as(about).isEqualTo(score);
      } catch (RuntimeException e) {
        throw new AssertionError(about, e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void longAnswersTakeLinearTime(Case one) {
    Function<String, Score> scoring = one.scoring();
    for (String piece : LONG) {
      String answer = "3" + piece.repeat(LENGTH / piece.length()) + "C";
      ProcessorTime.requireLittle(() -> scoring.apply(answer));
    }
  }
}
