package io.prumerge.report.page;

import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;

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

  /** Significance level of the marked differences. */
  private static final double SIGNIFICANT = 0.05;

  static final FigureCell NONE =
      new FigureCell(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty());

  /** Returns the figure of a row of metrics. */
  static FigureCell of(Row row) {
    return new FigureCell(
        Values.of(row, "value"),
        Values.of(row, "ci_low"),
        Values.of(row, "ci_high"),
        Values.of(row, "delta_vs_baseline"),
        Values.of(row, "p_adjusted"),
        Optional.ofNullable(row.getAs("caveat")));
  }

  /** Returns the figure of a row of contrasts. */
  static FigureCell ofContrast(Row row) {
    return new FigureCell(
        Values.of(row, "delta"),
        Values.of(row, "ci_low"),
        Values.of(row, "ci_high"),
        OptionalDouble.empty(),
        Values.of(row, "p_adjusted"),
        Optional.ofNullable(row.getAs("caveat")));
  }

  /** Returns whether the difference is significant after correction. */
  boolean isSignificant() {
    return adjustedP.isPresent() && adjustedP.getAsDouble() < SIGNIFICANT;
  }

  /** Returns the value with its interval. */
  TableView.Cell cell() {
    int decimals = Values.decimals(value);
    return TableView.Cell.number(value, decimals).noted(range(decimals)).tinted(tint());
  }

  /** Returns the interval as text; empty without one. */
  String range(int decimals) {
    return Values.range(low, high, decimals);
  }

  /**
   * Returns the value with its interval and the difference to the baseline, with a star if that is
   * significant.
   */
  TableView.Cell comparedCell() {
    TableView.Cell cell = cell();
    if (delta.isEmpty() || delta.getAsDouble() == 0) {
      return cell;
    }
    String difference = Values.signed(delta.getAsDouble(), Values.decimals(value));
    return cell.noted((cell.note() + "\n" + difference + star()).strip());
  }

  /** Returns a difference with its sign, its interval, and a star if it is significant. */
  TableView.Cell differenceCell() {
    if (value.isEmpty()) {
      return TableView.Cell.number(value, 1);
    }
    String range =
        low.isPresent() && high.isPresent()
            ? Values.signed(low.getAsDouble(), 1) + " to " + Values.signed(high.getAsDouble(), 1)
            : "";
    return TableView.Cell.number(value, Values.signed(value.getAsDouble(), 1) + star())
        .noted(range)
        .tinted(isSignificant() ? (value.getAsDouble() < 0 ? "less1" : "more1") : "");
  }

  private String star() {
    return isSignificant() ? "*" : "";
  }

  /** Returns the shade: the difference as a share of the baseline's value. */
  private String tint() {
    if (value.isEmpty() || delta.isEmpty()) {
      return "";
    }
    double baseline = value.getAsDouble() - delta.getAsDouble();
    double percent = baseline == 0 ? 0 : 100 * delta.getAsDouble() / Math.abs(baseline);
    String side = percent < 0 ? "less" : "more";
    double size = Math.abs(percent);
    if (size < 2) {
      return "";
    }
    return side + (size < 6 ? "1" : size < 15 ? "2" : "3");
  }
}
