package io.prumerge.report;

import io.prumerge.lang.Text;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.statistics.Interval;
import java.math.BigDecimal;
import java.util.OptionalDouble;

/** Figures of printed tables as text. */
public final class FigureText {

  static final String ABSENT = "-";

  private FigureText() {}

  /** Returns a value in a unit, or a dash without one. */
  static String number(OptionalDouble value, double unit, int decimals) {
    return value.isPresent()
        ? Text.format("%." + decimals + "f", value.getAsDouble() / unit)
        : ABSENT;
  }

  /** Returns a difference of two figures as {@code -2.5* (-4.1 to -0.9)}. */
  static String difference(Comparison comparison) {
    boolean significant = comparison.test().filter(DifferenceTest::isSignificant).isPresent();
    return signed(comparison.delta())
        + (significant ? "*" : "")
        + comparison.interval().map(FigureText::range).orElse("");
  }

  private static String range(Interval interval) {
    return " (" + signed(interval.low()) + " to " + signed(interval.high()) + ")";
  }

  static String signed(double points) {
    return Text.format("%+.1f", points);
  }

  /** Returns a number as it may have been printed: without digits that it does not have. */
  public static String printed(double score) {
    return BigDecimal.valueOf(score).stripTrailingZeros().toPlainString();
  }
}
