package io.prumerge.bench;

import io.prumerge.engine.LlavaEngine;

/**
 * Lets models that are loaded while it is open have a single device thread each, as the profiler
 * needs. Models that others loaded with several threads are unloaded first, and its own at the end.
 */
final class OneDeviceThread implements AutoCloseable {

  OneDeviceThread() {
    LlavaEngine.releaseIdle();
    LlavaEngine.useThreads(1); // several threads may be several device threads
  }

  /** Loads the random checkpoint. */
  EngineLoop engine(Setting setting) throws Exception {
    return new EngineLoop(setting.random(), setting.dtype(), setting.device());
  }

  @Override
  public void close() {
    LlavaEngine.useThreads(Runtime.getRuntime().availableProcessors());
    LlavaEngine.releaseIdle();
  }
}
