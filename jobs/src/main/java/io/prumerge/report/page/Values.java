package io.prumerge.report.page;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Metric;
import io.prumerge.report.page.Page.TableView;
import io.prumerge.statistics.Interval;
import java.util.List;
import java.util.Locale;
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

  static Double boxed(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
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
    String text = String.format(Locale.ROOT, "%+,." + decimals + "f", value);
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
      Comparison comparison = contrast.comparison();
      return new FigureCell(
          OptionalDouble.of(comparison.delta()),
          Values.of(comparison.interval().map(Interval::low)),
          Values.of(comparison.interval().map(Interval::high)),
          OptionalDouble.empty(),
          adjustedP(Optional.of(comparison)),
          contrast.caveat());
    }

    private static OptionalDouble adjustedP(Optional<Comparison> comparison) {
      return comparison
          .flatMap(Comparison::test)
          .map(DifferenceTest::adjusted)
          .orElse(OptionalDouble.empty());
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
     * Returns the value with its interval and the difference to the baseline, with a star if that
     * is significant.
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
}
