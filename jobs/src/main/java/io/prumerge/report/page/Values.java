package io.prumerge.report.page;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.Row;

/** Figures out of rows, and as people write them. */
final class Values {

  static final String ABSENT = "–";
  static final double GIGA = 1e9;

  private Values() {}

  /** A column that may be null. */
  static OptionalDouble of(Row row, String column) {
    Number value = row.getAs(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.doubleValue());
  }

  /** The plain mean over the rows that have a value. */
  static OptionalDouble mean(List<Row> rows, String column) {
    return rows.stream()
        .map(row -> of(row, column))
        .flatMapToDouble(
            value ->
                value.isPresent() ? DoubleStream.of(value.getAsDouble()) : DoubleStream.empty())
        .average();
  }

  static OptionalDouble divided(OptionalDouble value, double unit) {
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() / unit) : value;
  }

  /** How much of {@code whole} it is, in percent. */
  static OptionalDouble share(OptionalDouble part, OptionalDouble whole) {
    return part.isPresent() && whole.orElse(0) != 0
        ? OptionalDouble.of(100 * part.getAsDouble() / whole.getAsDouble())
        : OptionalDouble.empty();
  }

  static Double boxed(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }

  /** So many decimals, the same in every language. */
  static String fixed(OptionalDouble value, int decimals) {
    return value.isPresent()
        ? String.format(Locale.ROOT, "%,." + decimals + "f", value.getAsDouble())
        : ABSENT;
  }

  /** With its sign, a real minus. */
  static String signed(double value, int decimals) {
    String text = String.format(Locale.ROOT, "%+,." + decimals + "f", value);
    return text.replace('-', '−');
  }

  /** Three digits that count, for figures of any size. */
  static String rounded(OptionalDouble value) {
    if (value.isEmpty()) {
      return ABSENT;
    }
    double number = value.getAsDouble();
    int before = number == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(number))) + 1;
    return fixed(value, Math.max(0, Math.min(5, 3 - before)));
  }

  /** Points of sums have a decimal less than shares in percent. */
  static int decimals(OptionalDouble value) {
    return value.orElse(0) >= 200 ? 0 : 1;
  }
}
