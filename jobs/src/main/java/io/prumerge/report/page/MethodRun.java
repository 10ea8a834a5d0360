package io.prumerge.report.page;

import io.prumerge.metric.MethodKey;
import org.apache.spark.sql.Row;

/** A method in a run: who is compared. */
record MethodRun(String runId, String model, String method) {

  /** Whom a row of a table speaks of. */
  static MethodRun of(Row row) {
    return new MethodRun(row.getAs("run_id"), row.getAs("model"), row.getAs("method"));
  }

  MethodKey key() {
    return new MethodKey(runId, model, method);
  }

  /** The same run's other method. */
  MethodRun with(String other) {
    return new MethodRun(runId, model, other);
  }
}
