package io.prumerge.load.report;

import io.prumerge.lang.Text;
import io.prumerge.statistics.Interval;
import java.util.OptionalDouble;

/** Figures of load tests as text: three digits tell all that their intervals do not doubt. */
final class LoadNumbers {

  static final String ABSENT = "-";

  private static final int DIGITS = 3;

  private LoadNumbers() {}

  /** Returns a number with three significant digits; below 1 with two, above 1,000 with all. */
  static String number(double value) {
    double size = Math.abs(value);
    int power = size == 0 ? 0 : (int) Math.floor(Math.log10(size));
    int decimals = size < 1 ? Math.max(2, 1 - power) : Math.max(0, DIGITS - 1 - power);
    return Text.format("%,." + decimals + "f", value);
  }

  static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : ABSENT;
  }

  /** Returns a number of percent without decimals. */
  static String percent(double value) {
    return Text.format("%.0f", value);
  }

  static String range(Interval interval) {
    return number(interval.low()) + " to " + number(interval.high());
  }
}
