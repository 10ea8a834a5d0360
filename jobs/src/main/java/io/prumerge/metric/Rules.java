package io.prumerge.metric;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Where the rules of metrics come from. */
interface Rules extends Serializable {

  /** Each benchmark's own. */
  Rules OF_BENCHMARKS = (benchmark, profile) -> Benchmarks.named(benchmark).metrics(profile);

  /** And how many answers are the baseline's; of judged ones only the judge's words are known. */
  Rules WITH_LOYALTY =
      (benchmark, profile) -> {
        List<MetricRule> rules = new ArrayList<>(OF_BENCHMARKS.of(benchmark, profile));
        if (Benchmarks.named(benchmark).judging().isEmpty()) {
          rules.add(
              new MetricRule(
                  "loyalty",
                  Statistic.LOYALTY,
                  MetricRule.Pooling.QUESTIONS,
                  Set.of(),
                  MetricRule.Breakdown.OVERALL));
        }
        return rules;
      };

  /** Whether a benchmark's figures compare a judge's points for two answers. */
  static boolean areRelative(String benchmark) {
    Benchmark one = Benchmarks.named(benchmark);
    return one.profiles().stream()
        .flatMap(profile -> one.metrics(profile).stream())
        .anyMatch(rule -> rule.statistic() == Statistic.RELATIVE);
  }

  /** The rules of a benchmark's profile, the headline's first. */
  List<MetricRule> of(String benchmark, String profile);
}
