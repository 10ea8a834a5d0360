package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.RuleSettings;
import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A key of a rule: what its value may be, and how it is read. Refusals, {@code
 * jobs/benchmark.schema.json} and {@code conf/benchmark-keys.md} follow from it; its Javadoc is
 * what the page says of it.
 *
 * @param required whether a rule without it is refused
 */
public record RuleKey<T>(
    String name, ValueForm form, Function<RuleSettings, T> reader, boolean required) {

  private static <T> RuleKey<T> of(String name, ValueForm form, Function<RuleSettings, T> reader) {
    return new RuleKey<>(name, form, reader, false);
  }

  static RuleKey<Boolean> flag(String name) {
    return of(name, ValueForm.FLAG, settings -> settings.flag(name));
  }

  static RuleKey<Double> number(String name, double otherwise) {
    return of(name, ValueForm.NUMBER, settings -> settings.number(name, otherwise));
  }

  static RuleKey<Double> share(String name, double otherwise) {
    return of(
        name,
        ValueForm.SHARE,
        settings -> {
          double value = settings.number(name, otherwise);
          if (value > 1) {
            throw settings.refusal(name, "at most 1");
          }
          return value;
        });
  }

  static RuleKey<List<String>> texts(String name) {
    return of(name, ValueForm.STRINGS, settings -> settings.texts(name));
  }

  /** A key that chooses a constant; the first one is the default. */
  static <E extends Enum<E>> RuleKey<E> choice(String name, Class<E> type) {
    return of(
        name, ValueForm.oneOf(Unknown.spellings(type)), settings -> settings.choice(name, type));
  }

  /** A key that chooses one constant or several; the first one is the default. */
  static <E extends Enum<E>> RuleKey<List<E>> choices(String name, Class<E> type) {
    return of(
        name,
        ValueForm.oneOf(Unknown.spellings(type)).orList("these"),
        settings -> settings.choices(name, type));
  }

  /** A key whose rule alone knows its values. */
  static RuleKey<Object> any(String name) {
    return of(name, ValueForm.ANY, settings -> settings.value(name));
  }

  /** A key of another rule with its keys. */
  static RuleKey<Optional<ProfileRule>> rule(String name) {
    return of(name, ValueForm.RULE, settings -> AnswerRules.nested(settings, name));
  }

  /** Returns the same, which must be given. */
  RuleKey<T> asRequired() {
    return new RuleKey<>(name, form, reader, true);
  }

  /**
   * Returns the value that a profile gives, or the default.
   *
   * @throws IllegalArgumentException for another value than the key takes
   */
  T in(RuleSettings settings) {
    return reader.apply(settings);
  }
}
