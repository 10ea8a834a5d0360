package io.prumerge.console;

import io.prumerge.lang.Text;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A text that may name settings: {@code maxErrorRate} for callers from code, {@code
 * --max-error-rate} on the command line.
 */
public record Wording(String inCode, String onCommandLine) implements Serializable {

  /** Returns a text that names no settings. */
  public static Wording plain(String text) {
    return new Wording(text, text);
  }

  /**
   * Formats values as {@link String#format} does.
   *
   * @param values a {@link Setting} becomes its name, a {@link Wording} its text; others are
   *     formatted as usual
   */
  public static Wording of(String format, Object... values) {
    Object[] flags = Arrays.stream(values).map(Wording::forCommandLine).toArray();
    return new Wording(Text.format(format, values), Text.format(format, flags));
  }

  /** Joins texts. */
  public static Wording join(String separator, List<Wording> texts) {
    return new Wording(
        texts.stream().map(Wording::inCode).collect(Collectors.joining(separator)),
        texts.stream().map(Wording::onCommandLine).collect(Collectors.joining(separator)));
  }

  private static Object forCommandLine(Object value) {
    if (value instanceof Setting setting) {
      return setting.flag();
    }
    return value instanceof Wording message ? message.onCommandLine() : value;
  }

  /** Returns the text for callers from code. */
  @Override
  public String toString() {
    return inCode;
  }
}
