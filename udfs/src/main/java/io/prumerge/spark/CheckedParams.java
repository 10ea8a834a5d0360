package io.prumerge.spark;

import java.io.Serializable;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import scala.Function1;

/** Makes parameters of one owner that refuse wrong values when these are set. */
// No record: Kryo cannot write lambdas of one.
final class CheckedParams {

  private final String uid;

  /**
   * @param uid the owner's
   */
  CheckedParams(String uid) {
    this.uid = uid;
  }

  /**
   * A parameter's check in the form that spark.ml requires; throws an exception with its own
   * message.
   */
  interface Check<T> extends Function1<T, Object>, Serializable {}

  /** What refuses a value with an exception. */
  interface Demand<T> extends Consumer<T>, Serializable {}

  /** A text. */
  Param<String> text(String name, String doc) {
    return new Param<>(uid, name, doc);
  }

  /** A text that {@code demand} accepts. */
  Param<String> text(String name, String doc, Demand<String> demand) {
    return new Param<>(uid, name, doc, check(demand));
  }

  /** A text that has one value. */
  Param<String> only(String name, String doc, String value) {
    Check<String> equal =
        given -> {
          if (!given.equals(value)) {
            throw new IllegalArgumentException(
                String.format(Locale.ROOT, "Unknown %s '%s'; known: %s", name, given, value));
          }
          return true;
        };
    return new Param<>(uid, name, doc + " (" + value + ")", equal);
  }

  /** A whole number from the least to the most. */
  IntParam number(String name, String doc, int least, int most) {
    Check<Object> inRange =
        given -> {
          int value = (Integer) given;
          if (value < least || value > most) {
            throw new IllegalArgumentException(
                String.format(Locale.ROOT, "Cannot set %s to %d: %s", name, value, doc));
          }
          return true;
        };
    return new IntParam(uid, name, doc, inRange);
  }

  /** One of an enum's values, by its spelling. */
  <E extends Enum<E>> Param<String> choice(String name, String doc, Class<E> type) {
    return text(name, doc, given -> Choice.of(type, name, given));
  }

  /** A check by what refuses a value with an exception. */
  static <T> Check<T> check(Demand<T> demand) {
    return given -> {
      demand.accept(given);
      return true;
    };
  }
}
