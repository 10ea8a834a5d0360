package io.prumerge.metric.tally;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/** One method's result on one benchmark under one profile. */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
public record ScoreKey(
    String runId, String model, String benchmark, String split, String method, String profile)
    implements Serializable {

  /** Returns the key of another method on the same questions. */
  public ScoreKey withMethod(String other) {
    return new ScoreKey(runId, model, benchmark, split, other, profile);
  }
}
