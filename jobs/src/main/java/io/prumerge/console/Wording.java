package io.prumerge.console;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * A text for people that may name settings: those who call from code read {@code maxErrorRate},
 * those at a command line {@code --max-error-rate}.
 */
public record Wording(String inCode, String onCommandLine) implements Serializable {

  /** A text that reads the same everywhere. */
  public static Wording plain(String text) {
    return new Wording(text, text);
  }

  /**
   * Puts values into a format of {@link String#format}.
   *
   * @param values a {@link Setting} stands as its name, a {@link Wording} as its text; all others
   *     as they are
   */
  public static Wording of(String format, Object... values) {
    Object[] flags = Arrays.stream(values).map(Wording::forCommandLine).toArray();
    return new Wording(
        String.format(Locale.ROOT, format, values), String.format(Locale.ROOT, format, flags));
  }

  private static Object forCommandLine(Object value) {
    if (value instanceof Setting setting) {
      return setting.flag();
    }
    return value instanceof Wording message ? message.onCommandLine() : value;
  }

  /** The text for those who call from code. */
  @Override
  public String toString() {
    return inCode;
  }
}
