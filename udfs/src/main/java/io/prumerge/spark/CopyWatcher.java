package io.prumerge.spark;

import java.io.IOException;

/** Makes copies, and may show how they come along. */
public interface CopyWatcher {

  /**
   * Makes a copy.
   *
   * @param bytes in all
   */
  void watch(String model, long bytes, ModelCopy copying) throws IOException;
}
