package io.prumerge.reduction;

import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One key of a method, declared once: its name, the form of its values, and its default. What
 * {@link ReducerFactory#keys} and {@link ReducerFactory#about} say of it, the refusals of other
 * values and the canonical spelling ({@link Parameters#spec}) follow. What it means stands in the
 * Javadoc of the method's class, of which {@code conf/methods.md} is made.
 *
 * <pre>{@code
 * private static final Parameter<Double> RATIO = Parameter.share("ratio").byDefault(0.15);
 * }</pre>
 *
 * @param <T> of the values
 */
public final class Parameter<T> {

  private final String key;
  private final BiFunction<Parameters, String, T> form;
  private final Function<T, String> spelling;
  private final Optional<T> standard;
  private final String example;

  private Parameter(
      String key,
      BiFunction<Parameters, String, T> form,
      Function<T, String> spelling,
      Optional<T> standard,
      String example) {
    this.key = key;
    this.form = form;
    this.spelling = spelling;
    this.standard = standard;
    this.example = example;
  }

  private static <T> Parameter<T> of(String key, BiFunction<Parameters, String, T> form) {
    return new Parameter<>(key, form, Parameter::spelt, Optional.empty(), "");
  }

  private static String spelt(Object value) {
    return value instanceof Enum<?> constant
        ? Unknown.spelling(constant)
        : Parameters.spelt(value instanceof List<?> list ? list : List.of(value));
  }

  /** A whole number of at least 1. */
  public static Parameter<Integer> count(String key) {
    return of(key, (given, name) -> given.count(name).orElseThrow());
  }

  /** Any whole number of 64 bits. */
  public static Parameter<Long> whole(String key) {
    return of(key, (given, name) -> given.number(name, 0));
  }

  /** Any finite number. */
  public static Parameter<Double> number(String key) {
    return of(key, Parameters::number);
  }

  /** A share in (0, 1]. */
  public static Parameter<Double> share(String key) {
    return of(key, (given, name) -> given.share(name).orElseThrow());
  }

  /** Whole numbers from {@code least} on that rise, written as {@code 8/16/24}. */
  public static Parameter<List<Integer>> rising(String key, int least) {
    return of(key, (given, name) -> given.rising(name, least).orElseThrow());
  }

  /** Whole numbers of at least 0, written as {@code 300/200/110}. */
  public static Parameter<List<Integer>> counts(String key) {
    return of(key, (given, name) -> given.counts(name).orElseThrow());
  }

  /** Shares in [0, 1], written as {@code 0.5/0.5/0}. */
  public static Parameter<List<Double>> shares(String key) {
    return of(key, (given, name) -> given.shares(name).orElseThrow());
  }

  /** {@code true} or {@code false}. */
  public static Parameter<Boolean> flag(String key) {
    return of(key, (given, name) -> given.flag(name).orElseThrow());
  }

  /** One of these words. */
  public static Parameter<String> word(String key, String... words) {
    return of(key, (given, name) -> given.choice(name, words).orElseThrow());
  }

  /** One of two words, of which the first is the default: whether it is the other one. */
  public static Parameter<Boolean> either(String key, String usual, String other) {
    return new Parameter<>(
        key,
        (given, name) -> given.choice(name, usual, other).orElseThrow().equals(other),
        isOther -> isOther ? other : usual,
        Optional.of(false),
        "");
  }

  /** A constant of an enum, of which one is the default. */
  public static <E extends Enum<E>> Parameter<E> choice(String key, E standard) {
    Class<E> type = standard.getDeclaringClass();
    Parameter<E> all = of(key, (given, name) -> given.choice(name, type).orElseThrow());
    return all.byDefault(standard);
  }

  /** Any text. */
  public static Parameter<String> text(String key) {
    return of(key, (given, name) -> given.text(name).orElseThrow());
  }

  /** Returns the parameter with another default. */
  public Parameter<T> byDefault(T value) {
    return new Parameter<>(key, form, spelling, Optional.of(value), example);
  }

  /**
   * Returns the parameter for methods that cannot do without it, or without others in its place.
   *
   * @param value as in the example of a list of methods
   */
  public Parameter<T> needed(String value) {
    return new Parameter<>(key, form, spelling, standard, value);
  }

  /** Returns its name. */
  public String key() {
    return key;
  }

  Optional<T> standard() {
    return standard;
  }

  /** Returns the default's spelling. */
  Optional<String> standardText() {
    return standard.map(spelling);
  }

  /** Returns {@code key=value} of the example; none for a parameter that may be left out. */
  Optional<String> example() {
    return example.isEmpty() ? Optional.empty() : Optional.of(key + "=" + example);
  }

  /**
   * Returns what is given.
   *
   * @throws IllegalArgumentException for a value of another form
   */
  Optional<T> read(Parameters given) {
    return given.text(key).map(text -> form.apply(given, key));
  }

  /** Returns what is given in its canonical spelling; none for the default. */
  Optional<String> canonical(Parameters given) {
    return read(given).map(spelling).filter(text -> !standardText().equals(Optional.of(text)));
  }
}
