package io.prumerge.spark;

import java.io.IOException;
import java.util.function.LongConsumer;

/** A copy that is to be made. */
public interface ModelCopy {
  /**
   * Makes it.
   *
   * @param progress gets the number of bytes of each read
   */
  void make(LongConsumer progress) throws IOException;
}
