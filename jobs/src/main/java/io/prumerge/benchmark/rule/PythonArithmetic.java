package io.prumerge.benchmark.rule;

import io.prumerge.text.PythonFloat;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Python's arithmetic on {@code int} (a {@link BigInteger}) and {@code float} (a {@link Double}).
 * What Python refuses is an {@link ArithmeticException}, and so is a result that takes long.
 */
final class PythonArithmetic {

  /** Bits of the largest integer: a little more than the most digits that Python reads. */
  private static final int MOST_BITS = 16_384;

  private static final int MOST_FACTORS = 1_000;

  /** Digits of a quotient that decide which double is the nearest. */
  private static final MathContext QUOTIENT = new MathContext(60);

  private PythonArithmetic() {}

  static Number add(Number a, Number b) {
    return a instanceof BigInteger m && b instanceof BigInteger n
        ? bounded(m.add(n))
        : finite(floating(a) + floating(b));
  }

  static Number negate(Number a) {
    return a instanceof BigInteger m ? m.negate() : -a.doubleValue();
  }

  static Number multiply(Number a, Number b) {
    return a instanceof BigInteger m && b instanceof BigInteger n
        ? bounded(m.multiply(n))
        : finite(floating(a) * floating(b));
  }

  /** Returns the quotient, which is a float, of integers too. */
  static Number divide(Number a, Number b) {
    if (a instanceof BigInteger m && b instanceof BigInteger n) {
      return finite(new BigDecimal(m).divide(new BigDecimal(n), QUOTIENT).doubleValue());
    }
    return finite(floating(a) / floating(b)); // zero is refused as infinite
  }

  static Number power(Number base, Number exponent) {
    if (base instanceof BigInteger m && exponent instanceof BigInteger n && n.signum() >= 0) {
      return power(m, n);
    }
    return finite(Math.pow(floating(base), floating(exponent)));
  }

  private static Number power(BigInteger base, BigInteger exponent) {
    if (base.abs().bitLength() <= 1) { // 0, 1 or -1, to any power
      return exponent.signum() == 0 ? BigInteger.ONE : exponent.testBit(0) ? base : base.abs();
    }
    if (exponent.bitLength() >= Integer.SIZE
        || (base.abs().bitLength() - 1L) * exponent.intValue() > MOST_BITS) {
      throw new ArithmeticException("The power is too large");
    }
    return bounded(base.pow(exponent.intValue()));
  }

  static Number squareRoot(Number a) {
    return finite(Math.sqrt(floating(a)));
  }

  /** Returns the factorial of an integer; floats have none. */
  static Number factorial(Number a) {
    if (!(a instanceof BigInteger n)
        || n.signum() < 0
        || n.compareTo(BigInteger.valueOf(MOST_FACTORS)) > 0) {
      throw new ArithmeticException("No factorial of " + a);
    }
    BigInteger product = BigInteger.ONE;
    for (int i = 2; i <= n.intValue(); i++) {
      product = product.multiply(BigInteger.valueOf(i));
    }
    return product;
  }

  /** Returns {@code round(a, places)}, for places that are not negative. */
  static Number round(Number a, int places) {
    return a instanceof BigInteger ? a : PythonNumerals.round(a.doubleValue(), places);
  }

  /** Returns {@code a == b}, which is exact. */
  static boolean isEqual(Number a, Number b) {
    return exact(a).compareTo(exact(b)) == 0;
  }

  /** Returns {@code str(a)}. */
  static String text(Number a) {
    return a instanceof BigInteger ? a.toString() : PythonFloat.repr(a.doubleValue());
  }

  private static BigDecimal exact(Number a) {
    return a instanceof BigInteger m ? new BigDecimal(m) : new BigDecimal(a.doubleValue());
  }

  private static double floating(Number a) {
    return finite(a.doubleValue());
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new ArithmeticException("No finite number");
    }
    return value;
  }

  private static BigInteger bounded(BigInteger value) {
    if (value.bitLength() > MOST_BITS) {
      throw new ArithmeticException("The integer is too large");
    }
    return value;
  }
}
