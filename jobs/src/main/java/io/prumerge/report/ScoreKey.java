package io.prumerge.report;

import org.apache.spark.sql.Row;

/**
 * One method's result on one benchmark under one profile.
 *
 * @param answeredOnly errors left out instead of counted as wrong
 */
record ScoreKey(
    String runId,
    String model,
    String benchmark,
    String split,
    String method,
    String profile,
    boolean answeredOnly) {

  /** Reads the columns {@link QuestionScores#KEY}. */
  static ScoreKey of(Row row) {
    return new ScoreKey(
        row.getAs("run_id"),
        row.getAs("model"),
        row.getAs("benchmark"),
        row.getAs("split"),
        row.getAs("method"),
        row.getAs("profile"),
        row.getAs("answered_only"));
  }
}
