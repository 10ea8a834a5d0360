package io.prumerge.report;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.statistics.Interval;
import java.util.Locale;

/** A difference of two figures as text: {@code -2.5* (-4.1 to -0.9)}. */
final class DifferenceText {

  /** Significance level of the star. */
  private static final double SIGNIFICANT = 0.05;

  private DifferenceText() {}

  static String of(Comparison comparison) {
    boolean significant =
        comparison.test().map(DifferenceTest::adjusted).stream()
            .anyMatch(p -> p.isPresent() && p.getAsDouble() < SIGNIFICANT);
    return signed(comparison.delta())
        + (significant ? "*" : "")
        + comparison.interval().map(DifferenceText::range).orElse("");
  }

  private static String range(Interval interval) {
    return " (" + signed(interval.low()) + " to " + signed(interval.high()) + ")";
  }

  private static String signed(double points) {
    return String.format(Locale.ROOT, "%+.1f", points);
  }
}
