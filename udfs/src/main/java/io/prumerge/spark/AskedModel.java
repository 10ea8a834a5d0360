package io.prumerge.spark;

import io.prumerge.engine.ImageRequest;
import java.util.List;

/**
 * A model as one task asks it: a checkpoint that this process has loaded ({@link TaskModel}), or
 * one behind a service ({@link EndpointModel}).
 */
interface AskedModel {

  /**
   * Asks every question about an image under every method.
   *
   * @param prompts the questions' prompts, which may be null
   * @throws org.apache.spark.TaskKilledException if Spark has killed the task
   */
  PendingAnswers ask(ImageRequest request, List<String> prompts);

  /** Returns how many images a task should have asked about to keep the model busy. */
  int ahead();

  /** Runs an action when the task ends, however it ends. */
  void atEnd(Runnable action);
}
