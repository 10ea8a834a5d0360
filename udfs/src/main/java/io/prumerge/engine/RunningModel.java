package io.prumerge.engine;

import io.prumerge.config.CheckpointException;

/**
 * A loaded model and the way of requests to it.
 *
 * @param answerer the model
 * @param queue owns it
 */
record RunningModel(ImageAnswerer answerer, ImageQueue queue) implements AutoCloseable {

  /**
   * Loads a model and starts its threads.
   *
   * @param config resolved
   * @param threads processor threads for the model, where it runs on the processor
   */
  static RunningModel load(EngineConfig config, int threads) {
    ImageAnswerer answerer = ImageAnswerer.load(config, threads);
    if (!config.asItIsNow().equals(config)) {
      answerer.close();
      throw new CheckpointException(
          "Cannot load "
              + config.model()
              + ": its files were changed meanwhile; try again when they are complete");
    }
    return new RunningModel(answerer, new ImageQueue(answerer));
  }

  @Override
  public void close() {
    queue.close();
  }
}
