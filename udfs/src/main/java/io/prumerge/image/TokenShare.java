package io.prumerge.image;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * A share of an image's visual tokens, rounded half to even, at least one token. (HiPrune's code
 * rounds so; VScan's, MMTok's and VisionZip's round down.)
 *
 * @param percent above 0, at most 100
 */
public record TokenShare(BigDecimal percent) {

  private static final String PERCENT = "%";
  private static final String NUMBER = "\\d{1,3}(\\.\\d{1,6})?";
  private static final BigDecimal WHOLE = BigDecimal.valueOf(100);

  public TokenShare {
    percent = percent.stripTrailingZeros();
  }

  /** Returns whether a text is meant as a share. */
  public static boolean isShare(String text) {
    return text.endsWith(PERCENT);
  }

  /** Returns the share that a text such as {@code 33.3%} says; empty if it is none. */
  public static Optional<TokenShare> parse(String text) {
    String number = text.substring(0, text.length() - PERCENT.length());
    return Optional.of(number)
        .filter(one -> one.matches(NUMBER))
        .map(BigDecimal::new)
        .filter(percent -> percent.signum() > 0 && percent.compareTo(WHOLE) <= 0)
        .map(TokenShare::new);
  }

  /** Returns the share of so many tokens. */
  public int of(long tokens) {
    BigDecimal exact = percent.multiply(BigDecimal.valueOf(tokens)).divide(WHOLE);
    return Math.max(1, exact.setScale(0, RoundingMode.HALF_EVEN).intValueExact());
  }

  /** Returns the share as a method's spec says it. */
  @Override
  public String toString() {
    return percent.toPlainString() + PERCENT;
  }
}
