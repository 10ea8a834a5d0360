package io.prumerge.lang;

import java.util.Locale;

/** Formats texts that read the same on every machine. */
public final class Text {

  private Text() {}

  /**
   * Formats as {@link String#format(Locale, String, Object...)} does in {@link Locale#ROOT}: with a
   * decimal point, and a comma between thousands.
   */
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
