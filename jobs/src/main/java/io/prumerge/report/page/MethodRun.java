package io.prumerge.report.page;

import io.prumerge.metric.Metric;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.EfficiencyRow;

/** A method of a run. */
record MethodRun(String runId, String model, String method) {

  static MethodRun of(MethodKey key) {
    return new MethodRun(key.runId(), key.model(), key.method());
  }

  static MethodRun of(MethodSummary row) {
    return of(row.key());
  }

  static MethodRun of(Metric row) {
    return of(MethodKey.of(row.key()));
  }

  static MethodRun of(EfficiencyRow row) {
    return of(MethodKey.of(row));
  }

  MethodKey key() {
    return new MethodKey(runId, model, method);
  }

  /** Returns another method of the same run. */
  MethodRun with(String other) {
    return new MethodRun(runId, model, other);
  }
}
