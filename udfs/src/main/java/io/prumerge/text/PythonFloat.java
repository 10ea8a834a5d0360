package io.prumerge.text;

import io.prumerge.lang.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Predicate;

/** Writes numbers as Python does. */
public final class PythonFloat {

  /** Digits after which every double reads back. */
  private static final int MOST_DIGITS = 17;

  /** Digits after which every float of 32 bits does. */
  private static final int MOST_OF_FLOAT = 9;

  /** From this power of ten on, and below {@link #SMALLEST}, numbers are written with one. */
  private static final int LARGEST = 16;

  private static final int SMALLEST = -4;

  /**
   * Doubles are closer below a power of two than above it: the nearest decimal number need not be
   * one that reads back, though the one on the other side is.
   */
  private static final List<RoundingMode> NEAREST_FIRST =
      List.of(RoundingMode.HALF_EVEN, RoundingMode.DOWN, RoundingMode.UP);

  private PythonFloat() {}

  /** Returns {@code repr(value)}, which is {@code str(value)} too. */
  public static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    String sign = Math.copySign(1, value) < 0 ? "-" : "";
    double size = Math.abs(value);
    if (Double.isInfinite(size)) {
      return sign + "inf";
    }
    BigDecimal exact = new BigDecimal(size);
    return sign
        + (size == 0
            ? "0.0"
            : positive(shortest(exact, MOST_DIGITS, some -> some.doubleValue() == size)));
  }

  /**
   * Returns the double with the digits that a float of 32 bits is written with by numpy, pandas and
   * Spark: 0.1 of the float 0.1, which widened were 0.10000000149011612.
   */
  public static double asWritten(float value) {
    return value == 0 || Float.isNaN(value) || Float.isInfinite(value)
        ? value
        : shortest(new BigDecimal(value), MOST_OF_FLOAT, some -> some.floatValue() == value)
            .doubleValue();
  }

  private static String positive(BigDecimal value) {
    int power = value.precision() - value.scale() - 1;
    if (power >= SMALLEST && power < LARGEST) {
      String plain = value.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = value.unscaledValue().toString();
    return Text.format(
        "%s%se%s%02d",
        digits.charAt(0),
        digits.length() == 1 ? "" : "." + digits.substring(1),
        power < 0 ? "-" : "+",
        Math.abs(power));
  }

  /**
   * Returns the decimal number of the fewest digits that reads back, of several the nearest. {@link
   * Double#toString} has a digit too many for some before Java 19.
   *
   * @param most digits after which each does
   */
  private static BigDecimal shortest(BigDecimal exact, int most, Predicate<BigDecimal> readsBack) {
    for (int digits = 1; digits < most; digits++) {
      for (RoundingMode rounding : NEAREST_FIRST) {
        BigDecimal candidate = exact.round(new MathContext(digits, rounding));
        if (readsBack.test(candidate)) {
          return candidate.stripTrailingZeros();
        }
      }
    }
    return exact.round(new MathContext(most, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }
}
