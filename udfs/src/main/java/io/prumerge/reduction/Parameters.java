package io.prumerge.reduction;

import io.prumerge.image.TokenShare;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import io.prumerge.service.PlainNumber;
import io.prumerge.service.Unknown;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads one spec's parameters by type. A key that is not given has no value. A value that cannot be
 * read is an {@link IllegalArgumentException} that names the method, the key and the value.
 */
public final class Parameters {
  private final MethodSpec spec;
  private final MethodSpec written;
  private final List<Parameter<?>> declared;

  private Parameters(List<Parameter<?>> declared, MethodSpec spec, MethodSpec written) {
    this.declared = declared;
    this.spec = spec;
    this.written = written;
  }

  /** Reads a spec whose keys are checked elsewhere. */
  Parameters(MethodSpec spec) {
    this(List.of(), spec, spec);
  }

  /**
   * @param written the spec that a refusal names
   * @param known every key the method has
   * @throws IllegalArgumentException for any other key
   */
  Parameters(MethodSpec spec, MethodSpec written, List<String> known) {
    this(List.of(), spec, written);
    for (String key : spec.parameters().keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            Text.format(
                "Unknown key '%s' of method '%s'; known: %s%s",
                key,
                spec.name(),
                known.isEmpty() ? "(none)" : String.join(", ", known),
                Unknown.suggestion(key, known)));
      }
    }
  }

  /** Returns these parameters as those of a method that has declared its own. */
  Parameters of(List<Parameter<?>> method) {
    return new Parameters(method, spec, written);
  }

  /**
   * Returns the method's canonical spelling: what is given of its declared parameters, without
   * defaults.
   *
   * @param instead parameters whose default is another one here, as it follows from other keys
   * @throws IllegalArgumentException for a value of another form than the parameter's
   */
  public MethodSpec spec(Parameter<?>... instead) {
    SortedMap<String, String> values = new TreeMap<>();
    for (Parameter<?> each : declared) {
      Parameter<?> own =
          Arrays.stream(instead).filter(one -> one.key().equals(each.key())).findAny().orElse(each);
      own.canonical(this).ifPresent(value -> values.put(own.key(), value));
    }
    return new MethodSpec(method(), values);
  }

  /** Returns what is given for a parameter. */
  public <T> Optional<T> given(Parameter<T> parameter) {
    return parameter.read(this);
  }

  /** Returns what is given for a parameter that has a default, else that. */
  public <T> T value(Parameter<T> parameter) {
    return given(parameter).or(parameter::standard).orElseThrow();
  }

  /** Returns whether a parameter is given. */
  public boolean has(Parameter<?> parameter) {
    return keys().contains(parameter.key());
  }

  /**
   * Refuses parameters that say the same in two ways.
   *
   * @throws IllegalArgumentException if more than one of them is given
   */
  public void onlyOne(Parameter<?>... parameters) {
    List<String> several = Arrays.stream(parameters).filter(this::has).map(Parameter::key).toList();
    if (several.size() > 1) {
      throw refusal(String.join(" and ", several) + " say the same; leave one of the two out");
    }
  }

  /** Returns the method's name. */
  public String method() {
    return spec.name();
  }

  /** Returns the keys that are given, sorted. */
  public Set<String> keys() {
    return spec.parameters().keySet();
  }

  /** Returns the value as it is written. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(spec.parameters().get(key));
  }

  /** Returns a whole number of at least 1. */
  public OptionalInt count(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(count(key, text.get()));
  }

  /** Reads a count from a text that is only a part of the value. */
  public int count(String key, String text) {
    try {
      int value = PlainNumber.integer(text);
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number below 1.
    }
    throw refusal(key, "a whole number from 1 to " + Integer.MAX_VALUE);
  }

  /** Returns any 64-bit number; {@code absent} where the key is not given. */
  public long number(String key, long absent) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      return PlainNumber.whole(text.get());
    } catch (NumberFormatException e) {
      throw refusal(key, "a whole number of 64 bits");
    }
  }

  /** Returns any finite number. */
  public double number(String key) {
    try {
      double value = PlainNumber.decimal(text(key).orElseThrow());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, like an infinite number.
    }
    throw refusal(key, "a number");
  }

  /** Returns a share in (0, 1]. */
  public OptionalDouble share(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double value = PlainNumber.decimal(text.get());
      if (value > 0 && value <= 1) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw refusal(key, "a number above 0 and at most 1");
  }

  /** Returns a share of tokens, of a value that is meant as one. */
  public TokenShare tokenShare(String key) {
    return TokenShare.parse(text(key).orElseThrow())
        .orElseThrow(() -> refusal(key, "a share such as 33.3%, at most 100%,"));
  }

  /** Returns a share, or another number, in its canonical spelling. */
  public static String plain(double share) {
    return BigDecimal.valueOf(share).stripTrailingZeros().toPlainString();
  }

  /** Returns a list in its canonical spelling, as in {@code 300/200/110} and {@code 0.5/0.5/0}. */
  public static String spelt(List<?> values) {
    return values.stream()
        .map(value -> value instanceof Double share ? plain(share) : String.valueOf(value))
        .collect(Collectors.joining("/"));
  }

  /** Returns whole numbers from {@code least} on that rise, written as {@code 8/16/24}. */
  public Optional<List<Integer>> rising(String key, int least) {
    return list(
        key,
        part -> {
          int value = PlainNumber.integer(part);
          return value >= least ? value : null;
        },
        values ->
            IntStream.range(1, values.size()).allMatch(i -> values.get(i - 1) < values.get(i)),
        "rising whole numbers from " + least + " on, as in 8/16/24,");
  }

  /** Returns whole numbers of at least 0, written as {@code 300/200/110}. */
  public Optional<List<Integer>> counts(String key) {
    return list(
        key,
        part -> {
          int value = PlainNumber.integer(part);
          return value >= 0 ? value : null;
        },
        values -> true,
        "whole numbers from 0 on, as in 300/200/110,");
  }

  /** Returns shares in [0, 1], written as {@code 0.5/0.5/0}. */
  public Optional<List<Double>> shares(String key) {
    return list(
        key,
        part -> {
          double value = PlainNumber.decimal(part);
          return value >= 0 && value <= 1 ? value : null;
        },
        values -> true,
        "numbers from 0 to 1, as in 0.5/0.5/0,");
  }

  private <T> Optional<List<T>> list(
      String key, Function<String, T> read, Predicate<List<T>> fits, String expected) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    List<T> values = new ArrayList<>();
    for (String part : text.get().split("/", -1)) {
      try {
        values.add(read.apply(part));
      } catch (NumberFormatException e) {
        values.add(null); // refused below, like a number out of range
      }
    }
    if (values.contains(null) || !fits.test(values)) {
      throw refusal(key, expected);
    }
    return Optional.of(values);
  }

  /** Returns one of these words. */
  public Optional<String> choice(String key, String... words) {
    Optional<String> text = text(key);
    if (text.isPresent() && !List.of(words).contains(text.get())) {
      throw refusal(key, String.join(" or ", words));
    }
    return text;
  }

  /** Returns one of these constants, which are spelt by their names in lower case. */
  public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    return choice(key, Unknown.spellings(type).toArray(String[]::new))
        .map(word -> Unknown.choice(type, key, word));
  }

  /** Returns {@code true} or {@code false}, in these letters. */
  public Optional<Boolean> flag(String key) {
    return choice(key, "true", "false").map(Boolean::valueOf);
  }

  /** Returns the exception to throw if a method refuses a value. */
  public IllegalArgumentException refusal(String key, String expected) {
    return new IllegalArgumentException(
        Text.format(
            "Cannot use method '%s': %s must be %s but was '%s'",
            Location.shown(written.toString()),
            key,
            expected,
            Location.shown(String.valueOf(written.parameters().get(key)))));
  }

  /** Returns the exception to throw if the parameters contradict each other. */
  public IllegalArgumentException refusal(String reason) {
    return new IllegalArgumentException(
        Text.format("Cannot use method '%s': %s", Location.shown(written.toString()), reason));
  }
}
