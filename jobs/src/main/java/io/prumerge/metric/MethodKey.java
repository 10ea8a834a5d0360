package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import java.io.Serializable;

/** One method of one run. */
public record MethodKey(String runId, String model, String method) implements Serializable {

  public static MethodKey of(ScoreKey key) {
    return new MethodKey(key.runId(), key.model(), key.method());
  }

  /** Returns this method's key for the questions of another key. */
  ScoreKey on(ScoreKey questions) {
    return new ScoreKey(
        runId, model, questions.benchmark(), questions.split(), method, questions.profile());
  }
}
