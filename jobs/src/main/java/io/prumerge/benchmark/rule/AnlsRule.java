package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.text.PythonText;
import java.util.Locale;

/**
 * Average normalised Levenshtein similarity (Biten et al., 2019), as the code of DocVQA's authors
 * and both harnesses compute it: 1 - d / n, where d is the distance of the texts in lower case with
 * single spaces, and n the length of the longer one as it stands, in upper case. Below the
 * threshold it is 0. Of several right answers, the best counts.
 */
final class AnlsRule implements ProfileRule {

  /** Below it a similarity is 0; by default 0.5. */
  static final RuleKey<Double> THRESHOLD = RuleKey.share("threshold", 0.5);

  private final double threshold;

  private AnlsRule(double threshold) {
    this.threshold = threshold;
  }

  static AnlsRule of(RuleSettings settings) {
    return new AnlsRule(THRESHOLD.in(settings));
  }

  @Override
  public Score score(String answer, Reference reference) {
    double best =
        reference.answers().stream()
            .mapToDouble(truth -> similarity(answer, truth))
            .max()
            .orElse(0);
    return new Score(answer, answer.isEmpty(), best < threshold ? 0 : best);
  }

  private static double similarity(String answer, String truth) {
    int longer = Math.max(length(answer), length(truth));
    return longer == 0
        ? 1
        : 1 - EditDistance.between(normalised(answer), normalised(truth)) / (double) longer;
  }

  private static int length(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.codePointCount(0, upper.length());
  }

  private static int[] normalised(String text) {
    return String.join(" ", PythonText.split(PythonText.lower(text))).codePoints().toArray();
  }
}
