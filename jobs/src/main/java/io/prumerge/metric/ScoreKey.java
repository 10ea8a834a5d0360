package io.prumerge.metric;

import io.prumerge.benchmark.Benchmarks;
import java.io.Serializable;

/** One method's result on one benchmark under one profile. */
public record ScoreKey(
    String runId, String model, String benchmark, String split, String method, String profile)
    implements Serializable {

  /** Returns whether the profile is the benchmark's own. */
  boolean isOwnProfile() {
    return Benchmarks.named(benchmark).profiles().get(0).equals(profile);
  }

  /** Returns the key of another method, of any run, on the same questions. */
  ScoreKey of(MethodKey other) {
    return new ScoreKey(other.runId(), other.model(), benchmark, split, other.method(), profile);
  }

  /** Returns the key of another method on the same questions. */
  ScoreKey withMethod(String other) {
    return new ScoreKey(runId, model, benchmark, split, other, profile);
  }
}
