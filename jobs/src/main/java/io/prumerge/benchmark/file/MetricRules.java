package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Statistic;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The source of metric rules. */
public interface MetricRules extends Serializable {

  /** The name of the share of answers equal to the baseline's. */
  String LOYALTY = "loyalty";

  /** Returns the benchmarks' own rules. */
  static MetricRules of(Benchmarks benchmarks) {
    return new OfBenchmarks(benchmarks, false);
  }

  /** The same with loyalty, except for judged profiles, whose answers are not in scores. */
  static MetricRules withLoyalty(Benchmarks benchmarks) {
    return new OfBenchmarks(benchmarks, true);
  }

  /** Returns whether a benchmark's figures compare a judge's points for two answers. */
  static boolean areRelative(Benchmark benchmark) {
    return benchmark.profiles().stream()
        .flatMap(profile -> benchmark.metrics(profile).stream())
        .anyMatch(rule -> rule.statistic() == Statistic.RELATIVE);
  }

  /** Returns the rules of a benchmark's profile, the headline's first. */
  List<MetricRule> of(String benchmark, String profile);

  /** Returns whether units of a benchmark may have questions about several images. */
  default boolean joinsImages(String benchmark) {
    return benchmarks().names().contains(benchmark) && benchmarks().named(benchmark).joinsImages();
  }

  /** Returns the names of the parsers by which a benchmark's profile reads answers. */
  default List<String> parsers(String benchmark, String profile) {
    return benchmarks().names().contains(benchmark)
        ? benchmarks().named(benchmark).parsers(profile)
        : List.of();
  }

  /** Returns of which kind a category of a benchmark is; empty of all questions together. */
  default Optional<String> kindOf(String benchmark, String category) {
    return category.equals(BenchmarkQuestion.ALL_CATEGORIES)
            || !benchmarks().names().contains(benchmark)
        ? Optional.empty()
        : Optional.of(benchmarks().named(benchmark).kindOf(category));
  }

  /** Returns the benchmarks that have these rules. */
  default Benchmarks benchmarks() {
    return Benchmarks.KNOWN;
  }

  /**
   * The rules that benchmarks name.
   *
   * @param loyalty whether loyalty is measured too
   */
  record OfBenchmarks(Benchmarks benchmarks, boolean loyalty) implements MetricRules {

    @Override
    public List<MetricRule> of(String benchmark, String profile) {
      Benchmark one = benchmarks.named(benchmark);
      List<MetricRule> rules = new ArrayList<>(one.metrics(profile));
      if (loyalty && one.judging(profile).isEmpty()) {
        rules.add(
            new MetricRule(
                LOYALTY, Statistic.LOYALTY, Pooling.QUESTIONS, Set.of(), Breakdown.OVERALL));
      }
      return rules;
    }
  }
}
