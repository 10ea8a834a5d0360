package io.prumerge.benchmark.rule;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Wordings;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Right if the answer equals one of the reference's. Without keys, case, white space and one final
 * full stop make no difference. With any, the texts are compared as lmms-eval's {@code exact_match}
 * does after stripping both: what {@code regexes_to_ignore} match is removed, then {@code
 * ignore_case}, then {@code ignore_punctuation} (ASCII's), {@code ignore_numbers} (its digits), and
 * {@code ignore_articles}.
 */
final class ExactRule implements ProfileRule {

  private static final String IGNORED = "regexes_to_ignore";

  static final Set<String> KEYS =
      Set.of("ignore_case", "ignore_punctuation", "ignore_numbers", "ignore_articles", IGNORED);

  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final String DIGITS = "0123456789";
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private final UnaryOperator<String> normaliser;

  private ExactRule(UnaryOperator<String> normaliser) {
    this.normaliser = normaliser;
  }

  static ExactRule of(RuleSettings settings) {
    if (KEYS.stream().noneMatch(settings::has)) {
      return new ExactRule(Wordings::answer);
    }
    List<Pattern> ignored =
        settings.texts(IGNORED).stream().map(regex -> LinearPattern.of(regex, IGNORED)).toList();
    boolean anyCase = settings.flag("ignore_case");
    boolean noPunctuation = settings.flag("ignore_punctuation");
    boolean noNumbers = settings.flag("ignore_numbers");
    boolean noArticles = settings.flag("ignore_articles");
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

  /** An answer that becomes empty, as none of the reference's does, counts as unparsed. */
  @Override
  public Score score(String answer, Reference reference) {
    String parsed = normaliser.apply(answer);
    boolean equal = reference.answers().stream().map(normaliser).anyMatch(parsed::equals);
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
