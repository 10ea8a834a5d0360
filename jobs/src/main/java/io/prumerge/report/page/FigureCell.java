package io.prumerge.report.page;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Metric;
import io.prumerge.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One metric's value with its uncertainty.
 *
 * @param low lower end of its 95 percent interval
 * @param high upper end
 * @param delta difference to the baseline
 * @param caveat says why the value is over a part of the questions; empty if it is not
 */
record FigureCell(
    OptionalDouble value,
    OptionalDouble low,
    OptionalDouble high,
    OptionalDouble delta,
    OptionalDouble adjustedP,
    Optional<String> caveat) {

  static final FigureCell NONE =
      new FigureCell(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty());

  /** Returns a metric's figure. */
  static FigureCell of(Metric metric) {
    return new FigureCell(
        metric.value(),
        Values.of(metric.interval().map(Interval::low)),
        Values.of(metric.interval().map(Interval::high)),
        Values.of(metric.comparison().map(Comparison::delta)),
        adjustedP(metric.comparison()),
        metric.caveat());
  }

  /** Returns the difference of two methods. */
  static FigureCell of(ContrastResult contrast) {
    return of(contrast.comparison(), contrast.caveat());
  }

  /** Returns a difference. */
  static FigureCell of(Comparison comparison) {
    return of(comparison, Optional.empty());
  }

  private static FigureCell of(Comparison comparison, Optional<String> caveat) {
    return new FigureCell(
        OptionalDouble.of(comparison.delta()),
        Values.of(comparison.interval().map(Interval::low)),
        Values.of(comparison.interval().map(Interval::high)),
        OptionalDouble.empty(),
        adjustedP(Optional.of(comparison)),
        caveat);
  }

  private static OptionalDouble adjustedP(Optional<Comparison> comparison) {
    return comparison
        .flatMap(Comparison::test)
        .map(DifferenceTest::adjusted)
        .orElse(OptionalDouble.empty());
  }

  /** Returns whether the difference is significant after correction. */
  boolean isSignificant() {
    return adjustedP.isPresent() && adjustedP.getAsDouble() < DifferenceTest.SIGNIFICANT;
  }

  /** Returns the value with its interval. */
  TableCell cell() {
    int decimals = Values.decimals(value);
    return TableCell.number(value, decimals).noted(range(decimals)).tinted(tint());
  }

  /** Returns the interval as text; empty without one. */
  String range(int decimals) {
    return Values.range(low, high, decimals);
  }

  /**
   * Returns the value with its interval and the difference to the baseline, with a star if that is
   * significant.
   */
  TableCell comparedCell() {
    TableCell cell = cell();
    if (delta.isEmpty() || delta.getAsDouble() == 0) {
      return cell;
    }
    String difference = Values.signed(delta.getAsDouble(), Values.decimals(value));
    return cell.noted((cell.note() + "\n" + difference + star()).strip());
  }

  /**
   * Returns the value with the difference to the baseline, the difference's interval, and a star if
   * it is significant; of the baseline itself with its own interval.
   *
   * @param comparison with the baseline
   */
  TableCell cell(Optional<Comparison> comparison) {
    if (value.isEmpty() || comparison.flatMap(Comparison::interval).isEmpty()) {
      return cell();
    }
    int decimals = Values.decimals(value);
    Interval range = comparison.flatMap(Comparison::interval).orElseThrow();
    return TableCell.number(value, decimals)
        .noted(
            Values.signed(delta.orElse(0), decimals)
                + star()
                + "\n"
                + Values.signed(range.low(), decimals)
                + " to "
                + Values.signed(range.high(), decimals))
        .tinted(tint());
  }

  /** Returns a difference with its sign, its interval, and a star if it is significant. */
  TableCell differenceCell() {
    if (value.isEmpty()) {
      return TableCell.number(value, 1);
    }
    String range =
        low.isPresent() && high.isPresent()
            ? Values.signed(low.getAsDouble(), 1) + " to " + Values.signed(high.getAsDouble(), 1)
            : "";
    return TableCell.number(value, Values.signed(value.getAsDouble(), 1) + star())
        .noted(range)
        .tinted(isSignificant() ? (value.getAsDouble() < 0 ? "less1" : "more1") : "");
  }

  private String star() {
    return isSignificant() ? "*" : "";
  }

  /**
   * Returns the shade of a significant difference: how large a share of the baseline's value it is.
   */
  private String tint() {
    if (value.isEmpty() || delta.isEmpty() || !isSignificant()) {
      return "";
    }
    double baseline = value.getAsDouble() - delta.getAsDouble();
    double percent = baseline == 0 ? 0 : 100 * delta.getAsDouble() / Math.abs(baseline);
    String side = percent < 0 ? "less" : "more";
    double size = Math.abs(percent);
    return side + (size < 6 ? "1" : size < 15 ? "2" : "3");
  }
}
