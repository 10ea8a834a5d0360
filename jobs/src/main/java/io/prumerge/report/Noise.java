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
 * @param metric the headline's name
 * @param repeats how often all questions were asked again
 * @param n pairs of an answer of the run and one of a repeat to the same question, without errors
 * @param answersChanged percent of them whose texts differ; absent without a pair
 * @param scoresChanged percent of the pairs with two scores whose scores differ; absent without one
 * @param lowest the least value of the headline, in the run and its repeats
 * @param highest the largest
 * @param spread their difference; absent if the headline has no value once
 * @param marginChanged median margin ({@link io.prumerge.store.RepeatRow}) of the repeats' answers
 *     whose texts differ from the run's; absent where no margin of one is known
 * @param marginUnchanged median margin of their other answers
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

  /** One row per run, benchmark, split and method, of runs whose questions were asked again. */
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
