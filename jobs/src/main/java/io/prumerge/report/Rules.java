package io.prumerge.report;

import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.MetricRule;
import java.io.Serializable;
import java.util.List;

/** Where the rules of metrics come from. */
interface Rules extends Serializable {

  /** Each benchmark's own. */
  Rules OF_BENCHMARKS = (benchmark, profile) -> Benchmarks.named(benchmark).metrics(profile);

  /** The rules of a benchmark's profile, the headline's first. */
  List<MetricRule> of(String benchmark, String profile);
}
