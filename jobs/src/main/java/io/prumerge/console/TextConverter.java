package io.prumerge.console;

import io.prumerge.service.Unknown;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Parses an option's value. Turns the IllegalArgumentException of a refused text into a usage
 * error.
 *
 * @param parse parser, which throws IllegalArgumentException for an invalid text
 */
public record TextConverter<T>(Function<String, T> parse) implements ITypeConverter<T> {

  /** Returns what parses the spelling of an enum's constant. */
  public static <E extends Enum<E>> TextConverter<E> choice(Class<E> type) {
    return new TextConverter<>(text -> Unknown.choice(type, "value", text));
  }

  @Override
  public T convert(String text) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
