package io.prumerge.spark;

import java.util.List;
import org.apache.spark.sql.Row;

/** The answers of one request, which may still be on their way. */
interface PendingAnswers {

  /**
   * Waits for the answers.
   *
   * @return rows of {@link PredictionRows#PREDICTION}: questions in their order, under each the
   *     methods in theirs
   * @throws org.apache.spark.TaskKilledException if Spark has killed the task
   */
  List<Row> rows();

  /** Gives the request up. */
  void cancel();
}
