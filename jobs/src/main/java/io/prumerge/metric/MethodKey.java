package io.prumerge.metric;

import java.io.Serializable;

/** One method of one run. */
public record MethodKey(String runId, String model, String method) implements Serializable {

  public static MethodKey of(ScoreKey key) {
    return new MethodKey(key.runId(), key.model(), key.method());
  }
}
