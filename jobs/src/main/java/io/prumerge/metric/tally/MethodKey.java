package io.prumerge.metric.tally;

import io.prumerge.store.EfficiencyRow;
import java.io.Serializable;

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
