package io.prumerge.benchmark.rule;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Wordings;
import io.prumerge.benchmark.vqa.GqaAnswer;
import io.prumerge.service.Unknown;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Right if the answer equals one of the reference's. Without keys, case, white space and one final
 * full stop make no difference. With any, the texts are compared as lmms-eval's {@code exact_match}
 * does after stripping both: what {@code regexes_to_ignore} match is removed, then {@code
 * ignore_case}, then {@code ignore_punctuation} (ASCII's), {@code ignore_numbers} (its digits), and
 * {@code ignore_articles}. A {@code parser} compares in a benchmark's own way.
 */
final class ExactRule implements ProfileRule {

  /** Ways to compare texts as they are, without stripping them first. */
  private enum Parser {

    /** GQA's {@code eval.py} after LLaVA's {@code convert_gqa_for_eval.py}. */
    GQA(GqaAnswer::handedIn, UnaryOperator.identity()),

    /** lmms-eval's for GQA. */
    LMMS_GQA(GqaAnswer::bare, GqaAnswer::bare);

    private final UnaryOperator<String> answer;
    private final UnaryOperator<String> right;

    Parser(UnaryOperator<String> answer, UnaryOperator<String> right) {
      this.answer = answer;
      this.right = right;
    }
  }

  /**
   * {@code gqa}: LLaVA's answers for GQA's evaluator, lower case without final full stops; {@code
   * lmms-gqa}: lmms-eval's. Alone.
   */
  static final RuleKey<Parser> PARSER = RuleKey.choice(AnswerRules.PARSER, Parser.class);

  /** Whether case makes no difference. */
  static final RuleKey<Boolean> ANY_CASE = RuleKey.flag("ignore_case");

  /** Whether ASCII's punctuation is removed. */
  static final RuleKey<Boolean> NO_PUNCTUATION = RuleKey.flag("ignore_punctuation");

  /** Whether ASCII's digits are removed. */
  static final RuleKey<Boolean> NO_NUMBERS = RuleKey.flag("ignore_numbers");

  /** Whether the words a, an and the are removed, and white space is collapsed. */
  static final RuleKey<Boolean> NO_ARTICLES = RuleKey.flag("ignore_articles");

  /** RE2's expressions; what they match is removed first. */
  static final RuleKey<List<String>> IGNORED = RuleKey.texts("regexes_to_ignore");

  static final List<RuleKey<?>> KEYS =
      List.of(PARSER, ANY_CASE, NO_PUNCTUATION, NO_NUMBERS, NO_ARTICLES, IGNORED);

  /** Those of lmms-eval's {@code exact_match}. */
  private static final List<RuleKey<?>> STEPS =
      List.of(ANY_CASE, NO_ARTICLES, NO_NUMBERS, NO_PUNCTUATION, IGNORED);

  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final String DIGITS = "0123456789";
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private final Optional<Parser> parser;
  private final UnaryOperator<String> ofAnswer;
  private final UnaryOperator<String> ofRight;

  private ExactRule(Parser parser) {
    this.parser = Optional.of(parser);
    ofAnswer = parser.answer;
    ofRight = parser.right;
  }

  private ExactRule(UnaryOperator<String> normaliser) {
    parser = Optional.empty();
    ofAnswer = normaliser;
    ofRight = normaliser;
  }

  static ExactRule of(RuleSettings settings) {
    Optional<String> step = STEPS.stream().map(RuleKey::name).filter(settings::has).findFirst();
    if (settings.has(AnswerRules.PARSER)) {
      if (step.isPresent()) {
        throw settings.refusal(AnswerRules.PARSER, "left out beside " + step.get());
      }
      return new ExactRule(PARSER.in(settings));
    }
    if (step.isEmpty()) {
      return new ExactRule(Wordings::answer);
    }
    List<Pattern> ignored =
        IGNORED.in(settings).stream()
            .map(regex -> LinearPattern.of(regex, IGNORED.name()))
            .toList();
    boolean anyCase = ANY_CASE.in(settings);
    boolean noPunctuation = NO_PUNCTUATION.in(settings);
    boolean noNumbers = NO_NUMBERS.in(settings);
    boolean noArticles = NO_ARTICLES.in(settings);
    return new ExactRule(
        text -> {
          String rest = PythonText.strip(text);
          for (Pattern pattern : ignored) {
            rest = pattern.matcher(rest).replaceAll("");
          }
          rest = anyCase ? PythonText.lower(rest) : rest;
          rest = noPunctuation ? without(PUNCTUATION, rest) : rest;
          rest = noNumbers ? without(DIGITS, rest) : rest;
          return noArticles ? withoutArticles(rest) : rest;
        });
  }

  @Override
  public List<String> parsers() {
    return parser.stream().map(Unknown::spelling).toList();
  }

  /** An answer that becomes empty, as none of the reference's does, counts as unparsed. */
  @Override
  public Score score(String answer, Reference reference) {
    String parsed = ofAnswer.apply(answer);
    boolean equal = reference.answers().stream().map(ofRight).anyMatch(parsed::equals);
    return new Score(parsed, parsed.isEmpty(), equal ? 1 : 0);
  }

  private static String without(String characters, String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.chars().filter(c -> characters.indexOf(c) < 0).forEach(c -> kept.append((char) c));
    return kept.toString();
  }

  /** Removes the words {@code a, an, the}, and collapses white space. */
  private static String withoutArticles(String text) {
    return String.join(
        " ",
        PythonText.split(text).stream()
            .filter(word -> !ARTICLES.contains(PythonText.lower(word)))
            .toList());
  }
}
