package io.prumerge.metric.tally;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.store.EfficiencyRow;
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

  /** One method of one run. */
  public record MethodKey(String runId, String model, String method) implements Serializable {

    public static MethodKey of(ScoreKey key) {
      return new MethodKey(key.runId(), key.model(), key.method());
    }

    public static MethodKey of(EfficiencyRow row) {
      return new MethodKey(row.runId(), row.model(), row.method());
    }

    /** Returns this method's key for the questions of another key. */
    public ScoreKey on(ScoreKey questions) {
      return new ScoreKey(
          runId, model, questions.benchmark(), questions.split(), method, questions.profile());
    }
  }
}
