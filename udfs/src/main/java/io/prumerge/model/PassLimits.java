package io.prumerge.model;

import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.TextConfig;
import io.prumerge.checkpoint.VisionConfig;
import java.util.Locale;

/**
 * How much goes through a model at once, so that it fits the device.
 *
 * @param images through the tower in one pass
 * @param rows through the decoder in one pass, shared prefixes and question texts together
 * @param slots of all caches that are open at once
 */
public record PassLimits(int images, int rows, long slots) {

  // Where the linear layers have reached their peak: more only costs memory.
  private static final int MOST_POSITIONS = 4096;
  private static final int MOST_IMAGES = 32;
  // Live temporaries of a layer, in units of its width and of its MLP's: inputs, normed inputs,
  // queries, keys, values and results; gate, up and their product.
  private static final int WIDTHS = 10;
  private static final int MLP_WIDTHS = 3;

  public PassLimits {
    if (images < 1 || rows < 1 || slots < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Cannot run %d images, %d rows, %d slots at once", images, rows, slots));
    }
  }

  /**
   * Fits the passes into half of the free memory: a quarter of it for caches, an eighth for each of
   * the tower's and the decoder's temporaries. The other half is left to other processes, to what
   * the allocator cannot use, and to the images that wait.
   *
   * @param free bytes on the device after the weights
   */
  static PassLimits of(LlavaConfig config, Precision precision, long free) {
    VisionConfig vision = config.vision();
    TextConfig text = config.text();
    long bytes = precision.bytes();
    long image =
        bytes
            * vision.positions()
            * ((long) WIDTHS * vision.hiddenSize() + (long) MLP_WIDTHS * vision.intermediateSize());
    long row =
        bytes * ((long) WIDTHS * text.hiddenSize() + (long) MLP_WIDTHS * text.intermediateSize());
    long slot = 2 * bytes * text.layers() * text.kvHeads() * text.headDim();
    int images = Math.max(1, Math.min(MOST_IMAGES, MOST_POSITIONS / vision.positions()));
    return new PassLimits(
        (int) within(free / 8 / image, images),
        (int) within(free / 8 / row, MOST_POSITIONS),
        within(free / 4 / slot, Long.MAX_VALUE));
  }

  private static long within(long fits, long most) {
    return Math.max(1, Math.min(fits, most));
  }

  /** Half as much, for a device that ran out of memory all the same. */
  PassLimits halved() {
    return new PassLimits(Math.max(1, images / 2), Math.max(1, rows / 2), Math.max(1, slots / 2));
  }
}
