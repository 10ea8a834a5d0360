package io.prumerge.metric.tally;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.Benchmarks;
import java.io.Serializable;

/** One method's result on one benchmark under one profile. */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
public record ScoreKey(
    String runId, String model, String benchmark, String split, String method, String profile)
    implements Serializable {

  /** Returns whether the profile is the benchmark's own. */
  public boolean isOwnProfile() {
    return Benchmarks.named(benchmark).profiles().get(0).equals(profile);
  }

  /** Returns the key of another method on the same questions. */
  public ScoreKey withMethod(String other) {
    return new ScoreKey(runId, model, benchmark, split, other, profile);
  }
}
