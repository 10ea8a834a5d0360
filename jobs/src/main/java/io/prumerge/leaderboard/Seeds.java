package io.prumerge.leaderboard;

import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/** Groups methods that differ only in their seed. */
public final class Seeds {

  private static final String SEED = "seed";

  private Seeds() {}

  /**
   * Groups methods into lines of a table: those that differ only in their seed share a line.
   *
   * @param methods of one run
   * @param name a method's name in tables
   */
  public static <T> List<List<T>> lines(List<T> methods, Function<T, String> name) {
    Map<String, List<T>> lines = new LinkedHashMap<>();
    methods.forEach(
        one -> lines.computeIfAbsent(without(name.apply(one)), any -> new ArrayList<>()).add(one));
    return List.copyOf(lines.values());
  }

  /** Returns the name of a line with several seeds. */
  public static String name(String method, int seeds) {
    return Text.format("%s, %d seeds", without(method), seeds);
  }

  private static String without(String method) {
    try {
      return MethodSpec.read(method).without(SEED).toString();
    } catch (IllegalArgumentException e) {
      // Foreign rows may have any text here; it has no seed.
      return method;
    }
  }

  /** Returns the mean over seeds; absent if one has no value. */
  public static OptionalDouble mean(Stream<OptionalDouble> values) {
    double[] all = values.mapToDouble(value -> value.orElse(Double.NaN)).toArray();
    return defined(Arrays.stream(all).sum() / all.length);
  }

  /**
   * Returns the sample standard deviation over seeds; absent if one has no value, and for a single
   * seed.
   */
  public static OptionalDouble spread(Stream<OptionalDouble> values) {
    double[] all = values.mapToDouble(value -> value.orElse(Double.NaN)).toArray();
    double mean = Arrays.stream(all).sum() / all.length;
    double squares = Arrays.stream(all).map(value -> (value - mean) * (value - mean)).sum();
    return defined(Math.sqrt(squares / (all.length - 1)));
  }

  private static OptionalDouble defined(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
