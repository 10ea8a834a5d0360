package io.prumerge.benchmark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The source of metric rules. */
public interface MetricRules extends Serializable {

  /** The name of the share of answers equal to the baseline's. */
  String LOYALTY = "loyalty";

  /** The benchmarks' own rules. */
  MetricRules OF_BENCHMARKS = (benchmark, profile) -> Benchmarks.named(benchmark).metrics(profile);

  /** The same with loyalty, except for judged benchmarks, whose answers are not in scores. */
  MetricRules WITH_LOYALTY =
      (benchmark, profile) -> {
        List<MetricRule> rules = new ArrayList<>(OF_BENCHMARKS.of(benchmark, profile));
        if (Benchmarks.named(benchmark).judging().isEmpty()) {
          rules.add(
              new MetricRule(
                  LOYALTY, Statistic.LOYALTY, Pooling.QUESTIONS, Set.of(), Breakdown.OVERALL));
        }
        return rules;
      };

  /** Returns whether a benchmark's figures compare a judge's points for two answers. */
  static boolean areRelative(String benchmark) {
    Benchmark one = Benchmarks.named(benchmark);
    return one.profiles().stream()
        .flatMap(profile -> one.metrics(profile).stream())
        .anyMatch(rule -> rule.statistic() == Statistic.RELATIVE);
  }

  /** Returns the rules of a benchmark's profile, the headline's first. */
  List<MetricRule> of(String benchmark, String profile);
}
