package io.prumerge.engine;

import io.prumerge.checkpoint.TextConfig;
import java.util.Locale;

/**
 * How a device is shared out: batches that run at once, each on a thread of its own.
 *
 * @param count batches at once
 * @param threads processor threads that work on each, where the device is the processor
 */
record Lanes(int count, int threads) {

  // Weights of a decoder layer below which its operators last microseconds: there a second thread
  // on each costs as much as it brings, and a second batch beside the first doubles the speed. A
  // layer of LLaVA-1.5-7B has 200 million.
  private static final long SMALL_LAYER = 4_000_000;

  Lanes {
    if (count < 1 || threads < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Cannot run %d batches with %d threads each", count, threads));
    }
  }

  /**
   * One batch on all threads; as many batches as threads where a small model runs on the processor.
   */
  static Lanes of(TextConfig text, boolean processor, int threads) {
    boolean small = weights(text) < SMALL_LAYER;
    return processor && small ? new Lanes(threads, 1) : new Lanes(1, threads);
  }

  private static long weights(TextConfig text) {
    long queries = (long) text.heads() * text.headDim();
    long keys = (long) text.kvHeads() * text.headDim();
    return text.hiddenSize() * (2 * queries + 2 * keys + 3L * text.intermediateSize());
  }
}
