package io.prumerge.zoo;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.lang.Text;
import io.prumerge.service.PlainNumber;
import io.prumerge.service.Unknown;
import java.io.Serializable;
import java.util.function.Consumer;

/**
 * A setting of a model: its name, what it is for, its values and the one by default. Spark's
 * parameters, Spark's configuration and the arguments of DJL's zoo are made of it, and have its
 * values as texts and whole numbers.
 *
 * @param <T> type of the values: an enum, a text or an {@link Integer}
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot write lambdas of records
public final class TypedSetting<T> implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Makes a value of what is given at a place, or throws an IllegalArgumentException. */
  private interface Reader<T> extends Serializable {
    T read(String place, Object given);
  }

  /** What refuses a value with an exception. */
  public interface Demand<T> extends Consumer<T>, Serializable {}

  private final String name;
  private final String doc;
  private final T defaultValue;
  private final Reader<T> reader;

  private TypedSetting(String name, String doc, T defaultValue, Reader<T> reader) {
    this.name = name;
    this.doc = doc;
    this.defaultValue = defaultValue;
    this.reader = reader;
  }

  /** Declares one of an enum's values, by its spelling in any case. */
  public static <E extends Enum<E>> TypedSetting<E> choice(
      String name, E defaultValue, String doc) {
    Class<E> type = defaultValue.getDeclaringClass();
    return new TypedSetting<>(
        name, doc, defaultValue, (place, given) -> Unknown.choice(type, place, (String) given));
  }

  /** Declares a text that {@code demand} accepts. */
  public static TypedSetting<String> text(
      String name, String defaultValue, String doc, Demand<String> demand) {
    return new TypedSetting<>(
        name,
        doc,
        defaultValue,
        (place, given) -> {
          demand.accept((String) given);
          return (String) given;
        });
  }

  /**
   * Declares a whole number from the least, which is the default, to the most.
   *
   * @param unit what is counted, for the message
   */
  public static TypedSetting<Integer> number(
      String name, String unit, int least, int most, String doc) {
    return new TypedSetting<>(
        name,
        doc,
        least,
        (place, given) -> {
          int value = integer(unit, place, given);
          if (value < least || value > most) {
            throw new IllegalArgumentException(
                Text.format("Cannot set %s to %d: %s", place, value, doc));
          }
          return value;
        });
  }

  private static int integer(String unit, String place, Object given) {
    try {
      return given instanceof Integer number ? number : PlainNumber.integer((String) given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          Text.format("Cannot use %s '%s': it must be a whole number of %s", place, given, unit),
          e);
    }
  }

  /** Returns the name of Spark's parameter, in camel case. */
  public String name() {
    return name;
  }

  /** Returns what the setting is for. */
  public String doc() {
    return doc;
  }

  /** Returns the value where none is given. */
  public T defaultValue() {
    return defaultValue;
  }

  /**
   * Returns the value that a text or an {@link Integer} stands for.
   *
   * @param place where it is given, for the message
   * @throws IllegalArgumentException if it stands for none that may be set
   */
  public T read(String place, Object given) {
    return reader.read(place, given);
  }

  /** Returns the text or the {@link Integer} that stands for a setting's value. */
  public static Object written(Object value) {
    return value instanceof Enum<?> constant ? Unknown.spelling(constant) : value;
  }

  /**
   * Refuses, with an IllegalArgumentException, a text or an {@link Integer} that may not be set.
   */
  public void require(Object given) {
    read(name, given);
  }
}
