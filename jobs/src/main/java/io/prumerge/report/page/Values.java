package io.prumerge.report.page;

import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Reckons with figures that may be absent, and formats them. */
final class Values {

  static final String ABSENT = "–";
  static final double GIGA = 1e9;

  private Values() {}

  static OptionalDouble of(Optional<? extends Number> value) {
    return optional(value.orElse(null));
  }

  static OptionalDouble optional(Number value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.doubleValue());
  }

  /** Returns a whole number; empty for any other text. */
  static OptionalDouble number(String text) {
    return text.matches("[0-9]{1,9}")
        ? OptionalDouble.of(Integer.parseInt(text))
        : OptionalDouble.empty();
  }

  /** Returns the unweighted mean over the rows that have a value. */
  static <T> OptionalDouble mean(List<T> rows, Function<T, OptionalDouble> figure) {
    return rows.stream()
        .map(figure)
        .flatMapToDouble(
            value ->
                value.isPresent() ? DoubleStream.of(value.getAsDouble()) : DoubleStream.empty())
        .average();
  }

  static OptionalDouble divided(OptionalDouble value, double unit) {
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() / unit) : value;
  }

  /** Returns {@code part} in percent of {@code whole}. */
  static OptionalDouble share(OptionalDouble part, OptionalDouble whole) {
    return part.isPresent() && whole.orElse(0) != 0
        ? OptionalDouble.of(100 * part.getAsDouble() / whole.getAsDouble())
        : OptionalDouble.empty();
  }

  /**
   * Returns a number with this number of decimals, independently of the locale; a negative one has
   * a real minus.
   */
  static String fixed(OptionalDouble value, int decimals) {
    if (value.isEmpty()) {
      return ABSENT;
    }
    String signed = signed(value.getAsDouble(), decimals);
    return signed.startsWith("+") ? signed.substring(1) : signed;
  }

  /** Returns a difference with its sign, a real minus; without a sign if it rounds to zero. */
  static String signed(double value, int decimals) {
    String text = Text.format("%+,." + decimals + "f", value);
    boolean zero = text.chars().noneMatch(digit -> digit >= '1' && digit <= '9');
    return zero ? text.substring(1) : text.replace('-', '−');
  }

  /** Returns an interval; empty without one. If it begins below 0, "to" is between its ends. */
  static String range(OptionalDouble low, OptionalDouble high, int decimals) {
    if (low.isEmpty() || high.isEmpty()) {
      return "";
    }
    String between = low.getAsDouble() < 0 ? " to " : "–";
    return fixed(low, decimals) + between + fixed(high, decimals);
  }

  /** Returns a number with three significant digits. */
  static String rounded(OptionalDouble value) {
    if (value.isEmpty()) {
      return ABSENT;
    }
    double number = value.getAsDouble();
    int before = number == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(number))) + 1;
    return fixed(value, Math.max(0, Math.min(5, 3 - before)));
  }

  /** Returns the decimals of a figure: none for sums of points, one for percentages. */
  static int decimals(OptionalDouble value) {
    return value.orElse(0) >= 200 ? 0 : 1;
  }
}
