package io.prumerge.page;

import java.util.OptionalDouble;
import org.apache.spark.sql.Row;

/**
 * One metric's value and how sure it is.
 *
 * @param low where its interval begins: the report's confidence interval, else a standard error
 *     below the value
 * @param high where it ends
 * @param delta to the baseline
 */
record Figure(
    OptionalDouble value,
    OptionalDouble error,
    OptionalDouble low,
    OptionalDouble high,
    OptionalDouble delta,
    OptionalDouble adjustedP) {

  /** Differences that chance gives once in twenty comparisons or less are marked. */
  private static final double SIGNIFICANT = 0.05;

  static final Figure NONE =
      new Figure(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /** Of a row of metrics. */
  static Figure of(Row row) {
    OptionalDouble value = Values.of(row, "value");
    OptionalDouble error = Values.of(row, "stderr");
    OptionalDouble low = Values.of(row, "ci_low");
    OptionalDouble high = Values.of(row, "ci_high");
    boolean interval = low.isPresent() && high.isPresent();
    return new Figure(
        value,
        error,
        interval ? low : moved(value, error, -1),
        interval ? high : moved(value, error, 1),
        Values.of(row, "delta_vs_baseline"),
        Values.of(row, "p_adjusted"));
  }

  /** Of a value that has an error and nothing else. */
  static Figure of(OptionalDouble value, OptionalDouble error) {
    return new Figure(
        value,
        error,
        moved(value, error, -1),
        moved(value, error, 1),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static OptionalDouble moved(OptionalDouble value, OptionalDouble error, int sign) {
    return value.isPresent() && error.isPresent()
        ? OptionalDouble.of(value.getAsDouble() + sign * error.getAsDouble())
        : OptionalDouble.empty();
  }

  TableView.Cell cell() {
    int decimals = Values.decimals(value);
    TableView.Cell cell = TableView.Cell.number(value, decimals);
    if (error.isPresent() && value.isPresent()) {
      cell = cell.noted("±" + Values.fixed(error, decimals));
    }
    return cell.tinted(tint());
  }

  /** The value with its difference to the baseline, a star where that is significant. */
  TableView.Cell comparedCell() {
    TableView.Cell cell = cell();
    if (delta.isEmpty() || delta.getAsDouble() == 0) {
      return cell;
    }
    boolean significant = adjustedP.isPresent() && adjustedP.getAsDouble() < SIGNIFICANT;
    String difference = Values.signed(delta.getAsDouble(), Values.decimals(value));
    return cell.noted((cell.note() + " " + difference + (significant ? "*" : "")).strip());
  }

  /** By how much of the baseline's value it is less or more. */
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
