package io.prumerge.spark;

import io.prumerge.engine.ImageRequest;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A model as one task asks it: a checkpoint that this process has loaded ({@link TaskModel}), or
 * one behind a service ({@link EndpointModel}).
 */
interface AskedModel {

  /** The answers of one request, which may still be on their way. */
  interface Pending {

    /**
     * Waits for the answers.
     *
     * @param prompts the questions' prompts, which may be null
     * @return rows of {@link PredictionSchema#PREDICTION}: questions in their order, under each the
     *     methods in theirs
     * @throws org.apache.spark.TaskKilledException if Spark has killed the task
     */
    List<Row> rows(List<String> prompts);

    /** Gives the request up. */
    void cancel();
  }

  /**
   * Asks every question about an image under every method.
   *
   * @throws org.apache.spark.TaskKilledException if Spark has killed the task
   */
  Pending ask(ImageRequest request);

  /** How many images a task should have asked about to keep the model busy. */
  int ahead();

  /** Runs an action when the task ends, however it ends. */
  void atEnd(Runnable action);
}
