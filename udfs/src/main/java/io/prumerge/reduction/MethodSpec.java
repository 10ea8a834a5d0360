package io.prumerge.reduction;

import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A reduction method's name and parameters: {@code name}, {@code name:key=value,key=value}, or
 * {@code name=value} for a method whose only parameter is its number {@value #NUMBER}; or two
 * methods, the second of which drops tokens inside the decoder of those that the first one left:
 * {@code FIRST..SECOND}.
 *
 * <p>{@link #parse} gives the canonical spec: keys sorted, values in one spelling, defaults left
 * out. Different spellings of one method give equal specs with the same text. That text is the
 * {@code method} column's value and can be parsed again.
 *
 * <p>A script's first value is its file, without a key: {@code script:FILE,key=value}. The
 * canonical spec has the file's name without folders and the beginning of its hash, which stand for
 * its content.
 *
 * <p>A value that begins with {@code @} names another method, as in {@code
 * uniform:tokens=@prumerge}. If that method has parameters, they extend to the end of the text, so
 * such a value comes last: {@code random:seed=7,tokens=@prumerge:k=16,summary=false}. It ends
 * before {@code ..}: no value names a pair.
 *
 * @param name the method's name in {@link TokenReducers}, of a pair the first one's
 * @param parameters values by key, likewise
 * @param second of a pair the other method
 */
public record MethodSpec(
    String name, SortedMap<String, String> parameters, Optional<MethodSpec> second) {

  /** Stands between the two methods of a pair. */
  public static final String THEN = "..";

  /** The key of a method that is said by a number alone, as in {@code frames=4}. */
  public static final String NUMBER = "n";

  // Dots of a path, as in script:../FILE.pt, are none.
  private static final Pattern BETWEEN =
      Pattern.compile("(?<![:/=.])\\.\\.(?=[a-z][a-z0-9_+-]*(:|=|$|\\.\\.))");

  /** Begins a value that names another method. */
  public static final String OF_METHOD = "@";

  /** Begins the value of {@code tokens} that is a mean over the decoder's layers. */
  public static final String LAYER_MEAN = "@mean:";

  /** The method that drops nothing. */
  public static final MethodSpec NONE = new MethodSpec("none", Collections.emptySortedMap());

  /** One method. */
  public MethodSpec(String name, SortedMap<String, String> parameters) {
    this(name, parameters, Optional.empty());
  }

  public MethodSpec {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  /**
   * Reads a method that a user of this process names, and puts it into its canonical spelling. A
   * script's file is read here; its name then stands for its content.
   *
   * @throws IllegalArgumentException for an unknown method or key, a key given twice, keys that
   *     contradict each other, a value that is malformed or out of range, or a script that cannot
   *     be read or is none
   */
  public static MethodSpec parse(String text) {
    return canonical(read(text));
  }

  /**
   * Reads several methods.
   *
   * @throws IllegalArgumentException as {@link #parse}, of all that cannot be read
   */
  public static List<MethodSpec> parseAll(List<String> texts) {
    List<MethodSpec> methods = new ArrayList<>();
    List<IllegalArgumentException> refusals = new ArrayList<>();
    for (String text : texts) {
      try {
        methods.add(parse(text));
      } catch (IllegalArgumentException e) {
        refusals.add(e);
      }
    }
    if (refusals.size() == 1) {
      throw refusals.get(0);
    }
    if (!refusals.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use %d of %d methods: %s",
              refusals.size(),
              texts.size(),
              IntStream.range(0, refusals.size())
                  .mapToObj(i -> "(" + (i + 1) + ") " + refusals.get(i).getMessage())
                  .collect(Collectors.joining(" "))));
    }
    return methods;
  }

  /** Returns the canonical spelling of a method that was read. */
  public static MethodSpec canonical(MethodSpec given) {
    return TokenReducers.of(ScriptSpecs.loaded(given)).spec();
  }

  /**
   * Returns the canonical spelling of a method that came with data or from another process: opens
   * no file, and knows only scripts that were made known here.
   *
   * @throws IllegalArgumentException as {@link #parse}
   */
  public static MethodSpec parseKnown(String text) {
    return TokenReducers.of(read(text)).spec();
  }

  /** Returns the methods of a pair, or the one alone. */
  public List<MethodSpec> methods() {
    MethodSpec first = new MethodSpec(name, parameters);
    return second.map(other -> List.of(first, other)).orElse(List.of(first));
  }

  /** Replaces each of the methods in this spec. */
  public MethodSpec with(UnaryOperator<MethodSpec> other) {
    List<MethodSpec> methods = methods().stream().map(other).toList();
    return methods.size() == 1 ? methods.get(0) : methods.get(0).then(methods.get(1));
  }

  /** Returns this spec without some keys. */
  public MethodSpec without(String... keys) {
    return with(
        method -> {
          SortedMap<String, String> rest = new TreeMap<>(method.parameters);
          rest.keySet().removeAll(Set.of(keys));
          return new MethodSpec(method.name, rest);
        });
  }

  /** Returns the pair of this method and another one. */
  MethodSpec then(MethodSpec other) {
    return new MethodSpec(name, parameters, Optional.of(other));
  }

  /** Parses the syntax only; does not check that the name and the keys exist. */
  public static MethodSpec read(String text) {
    Matcher between = BETWEEN.matcher(text);
    if (!between.find()) {
      return parseOne(text);
    }
    MethodSpec other = read(text.substring(between.end()));
    if (other.second.isPresent()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot read method '%s': it has more than two methods", Location.shown(text)));
    }
    return parseOne(text.substring(0, between.start())).then(other);
  }

  private static MethodSpec parseOne(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    if (name.contains(",")) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot read method '%s': commas separate keys; give methods one by one: %s",
              Location.shown(text), Location.shown(name.replace(",", " ").strip())));
    }
    if (colon < 0) {
      return withNumber(text);
    }
    SortedMap<String, String> parameters = new TreeMap<>();
    int start = colon + 1;
    if (name.equals(ScriptSpecs.METHOD)) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      parameters.put(ScriptSpecs.FILE, text.substring(start, end));
      start = end + 1;
    }
    while (start <= text.length()) {
      int end = pairEnd(text, start);
      String pair = text.substring(start, end);
      int equals = pair.indexOf('=');
      if (equals < 1 || equals == pair.length() - 1) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot read method '%s': expected key=value but found '%s'",
                Location.shown(text), Location.shown(pair)));
      }
      String key = pair.substring(0, equals);
      if (parameters.put(key, pair.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot read method '%s': key '%s' is given twice", Location.shown(text), key));
      }
      start = end + 1;
    }
    return new MethodSpec(name, parameters);
  }

  // A name alone, or with its number.
  private static MethodSpec withNumber(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new MethodSpec(text, Collections.emptySortedMap());
    }
    if (equals == 0 || equals == text.length() - 1) {
      throw new IllegalArgumentException(
          Text.format("Cannot read method '%s': expected NAME=NUMBER", Location.shown(text)));
    }
    return new MethodSpec(
        text.substring(0, equals), new TreeMap<>(Map.of(NUMBER, text.substring(equals + 1))));
  }

  /**
   * Returns the end of the pair at {@code start}: the next comma, or the text's end if the value is
   * {@code @name:...}. {@code @mean:N} names no method.
   */
  private static int pairEnd(String text, int start) {
    int comma = text.indexOf(',', start);
    int end = comma < 0 ? text.length() : comma;
    int nested = text.indexOf("=@", start);
    int colon = text.indexOf(':', start);
    boolean nestedParameters =
        nested >= 0
            && nested < colon
            && colon < end
            && !text.startsWith(LAYER_MEAN, nested + "=".length());
    return nestedParameters ? text.length() : end;
  }

  /** Returns the spec as it is written on the command line and in tables. */
  @Override
  public String toString() {
    return methods().stream().map(MethodSpec::spelt).collect(Collectors.joining(THEN));
  }

  private String spelt() {
    if (parameters.isEmpty()) {
      return name;
    }
    if (parameters.keySet().equals(Set.of(NUMBER))) {
      return name + "=" + parameters.get(NUMBER);
    }
    SortedMap<String, String> rest = new TreeMap<>(parameters);
    Stream<String> file =
        name.equals(ScriptSpecs.METHOD)
            ? Stream.ofNullable(rest.remove(ScriptSpecs.FILE))
            : Stream.empty();
    Stream<String> pairs =
        rest.entrySet().stream()
            .sorted(Comparator.comparing(parameter -> namesMethod(parameter.getValue())))
            .map(parameter -> parameter.getKey() + "=" + parameter.getValue());
    return Stream.concat(file, pairs).collect(Collectors.joining(",", name + ":", ""));
  }

  /** Returns whether the value of a key is another method, as in {@code tokens=@SPEC}. */
  static boolean namesMethod(String value) {
    return value.startsWith(OF_METHOD) && !value.startsWith(LAYER_MEAN);
  }
}
