package io.prumerge.model;

import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewSpan;
import io.prumerge.lang.Text;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;

/**
 * How much goes through a model at once, so that it fits the device.
 *
 * @param images through the tower in one pass, as {@link #images(LlavaConfig, ViewGrids)} counts
 * @param rows through the decoder in one pass, shared prefixes and question texts together
 * @param slots of all caches that are open at once
 */
public record PassLimits(int images, int rows, long slots) {

  private static final int MOST_IMAGES = 32;
  // Of an image of any size, what counts as one: then a batch has as many rows as linear layers
  // want.
  private static final int POSITIONS = 512;
  // Where the linear layers have reached their peak: more only costs memory.
  private static final int MOST_ROWS = 16_384;
  private static final int MOST_ROWS_OF_PROCESSOR = 4096;
  // Live temporaries of a layer, in units of its width and of its MLP's: inputs, normed inputs,
  // queries, keys, values and results; gate, up and their product.
  private static final int WIDTHS = 10;
  private static final int MLP_WIDTHS = 3;
  // Of one of the tower's MLP on a processor, well below what glibc maps and clears anew: with 32
  // images of CLIP-L (144 MiB) a layer takes 1.5 times as long an image as with 7 or 14 (Zen 5,
  // bf16, one thread).
  private static final int MOST_TOWER_BYTES = TorchRuntime.MAPPED_BYTES / 2;

  public PassLimits {
    if (images < 1 || rows < 1 || slots < 1) {
      throw new IllegalArgumentException(
          Text.format("Cannot run %d images, %d rows, %d slots at once", images, rows, slots));
    }
  }

  // What is left free on a GPU: an eighth, and at least this; a quarter where that is less.
  private static final long RESERVE = 2L << 30;

  /**
   * Fits the passes into the free memory: the tower's and the decoder's temporaries get an eighth
   * each, or what more of would not make them faster. Of a processor's memory, caches get three
   * eighths: other processes want some. On a GPU they get all but a reserve for evidence, logits,
   * images that wait, and what the allocator cannot use.
   *
   * @param free bytes on the device after the weights
   * @param processor whether the device is the processor
   */
  public static PassLimits of(
      LlavaConfig config, Precision precision, long free, boolean processor) {
    VisionConfig vision = config.vision();
    TextConfig text = config.text();
    long bytes = precision.bytes();
    long position =
        bytes
            * ((long) WIDTHS * vision.encoder().hiddenSize()
                + (long) MLP_WIDTHS * vision.encoder().intermediateSize());
    int positions = vision.kind().anySize() ? POSITIONS : vision.positions();
    long image = position * positions;
    long row = bytes * ((long) WIDTHS * text.hiddenSize() + (long) MLP_WIDTHS * text.mlp().width());
    long slot = 2 * bytes * text.layers() * text.heads().keys() * text.heads().width();
    long kept = MOST_TOWER_BYTES / (bytes * positions * vision.encoder().intermediateSize());
    long images = within(free / 8 / image, processor ? within(kept, MOST_IMAGES) : MOST_IMAGES);
    long rows = within(free / 8 / row, processor ? MOST_ROWS_OF_PROCESSOR : MOST_ROWS);
    long reserve = Math.max(free / 8, Math.min(free / 4, RESERVE));
    long tower = Math.max(images * image, position * vision.positions()); // one of the largest
    long caches = processor ? free / 8 * 3 : free - reserve - tower - rows * row;
    return new PassLimits((int) images, (int) rows, within(caches / slot, Long.MAX_VALUE));
  }

  /**
   * Returns the number of images that a prompt's views count as in a batch of the tower: each is
   * one, but of a tower for any size, one for each {@value #POSITIONS} positions that an image has,
   * the last ones included.
   */
  public static int images(LlavaConfig config, ViewGrids grids) {
    if (!config.vision().kind().anySize()) {
      return grids.views();
    }
    return grids.images().stream()
        .mapToLong(image -> image.views() * positions(config, image))
        .mapToInt(positions -> Math.toIntExact((positions + POSITIONS - 1) / POSITIONS))
        .sum();
  }

  // Of one view.
  private static long positions(LlavaConfig config, ViewGrid image) {
    return (long) config.patches(image).patches() * config.vision().kind().patchesOfBlock();
  }

  /**
   * Returns the views that go through the tower together where those of one prompt do not all: as
   * many that follow each other as count as some images, and at least one.
   *
   * @param most images, as {@link #images} counts
   */
  static List<ViewSpan> passes(LlavaConfig config, ViewGrids grids, int most) {
    boolean anySize = config.vision().kind().anySize();
    long room = anySize ? (long) most * POSITIONS : most;
    List<ViewSpan> passes = new ArrayList<>();
    int first = 0;
    int next = 0;
    long taken = 0;
    for (ViewGrid image : grids.images()) {
      long each = anySize ? positions(config, image) : 1;
      for (int view = 0; view < image.views(); view++) {
        if (next > first && taken + each > room) {
          passes.add(new ViewSpan(first, next - first));
          first = next;
          taken = 0;
        }
        taken += each;
        next++;
      }
    }
    passes.add(new ViewSpan(first, next - first));
    return passes;
  }

  private static long within(long fits, long most) {
    return Math.max(1, Math.min(fits, most));
  }

  /** Returns these limits, at most these rows and slots, and at least one of each. */
  public PassLimits atMost(int otherRows, long otherSlots) {
    return new PassLimits(images, (int) within(otherRows, rows), within(otherSlots, slots));
  }
}
