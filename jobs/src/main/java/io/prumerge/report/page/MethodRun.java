package io.prumerge.report.page;

import io.prumerge.metric.MethodKey;
import org.apache.spark.sql.Row;

/** A method of a run. */
record MethodRun(String runId, String model, String method) {

  /** Reads the method of a row. */
  static MethodRun of(Row row) {
    return new MethodRun(row.getAs("run_id"), row.getAs("model"), row.getAs("method"));
  }

  MethodKey key() {
    return new MethodKey(runId, model, method);
  }

  /** Returns another method of the same run. */
  MethodRun with(String other) {
    return new MethodRun(runId, model, other);
  }
}
