package io.prumerge.report;

import java.io.Serializable;

/** One method of one run. */
record MethodKey(String runId, String model, String method) implements Serializable {

  static MethodKey of(ScoreKey key) {
    return new MethodKey(key.runId(), key.model(), key.method());
  }
}
