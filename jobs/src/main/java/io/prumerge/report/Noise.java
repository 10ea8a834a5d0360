package io.prumerge.report;

import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a method's answers and its headline figure on a benchmark change when all questions are
 * asked again in other orders and batches. The profile is the benchmark's own.
 *
 * @param metric the headline; null where a judge scores
 * @param repeats how often all was asked again
 * @param n pairs of an answer of the run and one of a repeat, without errors
 * @param answersChanged share of them with other texts
 * @param scoresChanged share with other scores, of the pairs that have both
 * @param lowest the figure's lowest in the run and its repeats
 * @param highest its highest
 * @param spread their difference; null if the figure has no value once
 * @param marginChanged median {@code margin} of repeats whose text changed anywhere; null where
 *     none is known
 * @param marginUnchanged the same of the other repeats
 */
public record Noise(
    String runId,
    String model,
    String benchmark,
    String split,
    String method,
    String metric,
    int repeats,
    long n,
    OptionalDouble answersChanged,
    OptionalDouble scoresChanged,
    @ColumnNames("value_lowest") OptionalDouble lowest,
    @ColumnNames("value_highest") OptionalDouble highest,
    @ColumnNames("value_spread") OptionalDouble spread,
    @AddedLater OptionalDouble marginChanged,
    @AddedLater OptionalDouble marginUnchanged) {

  /**
   * One row per run, benchmark, split and method asked again ({@code --repeat}), under the
   * benchmark's own profile. Shares are in percent.
   */
  public static final Table<Noise> TABLE = Table.of("noise", Noise.class);

  /** Returns the method and its run. */
  public MethodKey key() {
    return new MethodKey(runId, model, method);
  }

  /**
   * Returns a comparison that says whether its difference is at most the larger spread of the two
   * methods' figures; unchanged without a spread of both.
   */
  static ContrastResult marked(ContrastResult contrast, List<Noise> all, MethodNames names) {
    OptionalDouble a = spread(contrast, contrast.a(), all, names);
    OptionalDouble b = spread(contrast, contrast.b(), all, names);
    return a.isEmpty() || b.isEmpty()
        ? contrast
        : contrast.withNoise(
            Optional.of(
                Math.abs(contrast.comparison().delta())
                    <= Math.max(a.getAsDouble(), b.getAsDouble())));
  }

  private static OptionalDouble spread(
      ContrastResult contrast, String name, List<Noise> all, MethodNames names) {
    return all.stream()
        .filter(one -> names.name(one.key()).equals(name))
        .filter(one -> one.benchmark().equals(contrast.benchmark()))
        .filter(one -> one.split().equals(contrast.split()))
        .filter(one -> one.metric().equals(contrast.metric()))
        .findFirst()
        .map(Noise::spread)
        .orElse(OptionalDouble.empty());
  }
}
