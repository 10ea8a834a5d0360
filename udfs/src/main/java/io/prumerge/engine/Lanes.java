package io.prumerge.engine;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightUse;
import io.prumerge.host.DeviceOption;
import io.prumerge.lang.Text;

/**
 * How a device is shared out: batches that run at once, each on a thread of its own.
 *
 * @param count batches at once
 * @param threads processor threads that work on each, where the device is the processor
 */
record Lanes(int count, int threads) {

  // Weights of a decoder layer below which its operators last microseconds: there a second thread
  // on each costs as much as it brings, and a second batch at the same time as the first doubles
  // the speed. A
  // layer of LLaVA-1.5-7B has 200 million.
  private static final long SMALL_LAYER = 4_000_000;

  // Few lanes wait for what runs in one thread and for their many threads to begin; many read the
  // weights more often, once each. So much of either is lost that the best number grows with the
  // root of the threads: n lanes on 6 n^2 (LanesTest has the figures).
  private static final double THREADS_OF_ONE_LANE = 6;

  Lanes {
    if (count < 1 || threads < 1) {
      throw new IllegalArgumentException(
          Text.format("Cannot run %d batches with %d threads each", count, threads));
    }
  }

  /**
   * Returns one batch at a time, on all threads. On a processor with many of them, a few, each on
   * its part of them; as many as threads where the model is small. On a GPU two, where that is
   * asked for.
   *
   * @param threads processor threads for the model
   */
  static Lanes of(DecoderWeights decoder, boolean processor, int threads) {
    if (!processor) {
      return DeviceOption.TWO_LANES.on()
          ? new Lanes(2, Math.max(1, threads / 2))
          : new Lanes(1, threads);
    }
    if (weights(decoder) < SMALL_LAYER) {
      return new Lanes(threads, 1);
    }
    int count = Math.max(1, (int) Math.round(Math.sqrt(threads / THREADS_OF_ONE_LANE)));
    return new Lanes(count, threads / count);
  }

  /** Returns one of these lanes. */
  Lanes one() {
    return new Lanes(1, threads);
  }

  private static long weights(DecoderWeights decoder) {
    return decoder.layer(0).weights().stream()
        .filter(weight -> weight.use() != WeightUse.OTHER)
        .mapToLong(Weight::elements)
        .sum();
  }
}
