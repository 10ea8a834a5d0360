package io.prumerge.model.decoder;

import io.prumerge.architecture.CrossBlocks;
import io.prumerge.config.TextConfig;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cross-attention: blocks between a decoder's layers in which its rows attend to images outside the
 * sequence. Keys and values of these are constants of the images, made once for all rows of all
 * passes; so the layers' caches know nothing of them.
 */
final class CrossLayers implements AutoCloseable {

  private final Torch torch;
  private final TextConfig text;
  private final CrossBlocks blocks;
  private final int endToken;
  private final Torch.Value weights;

  /**
   * @param endToken after which a text sees no image before it
   * @param weights of all blocks; closed with these
   */
  CrossLayers(Torch torch, TextConfig text, CrossBlocks blocks, int endToken, Torch.Value weights) {
    this.torch = torch;
    this.text = text;
    this.blocks = blocks;
    this.endToken = endToken;
    this.weights = weights;
  }

  /** Returns which images a group's rows cross-attend to. */
  ImageSight sight(PromptGroup group) {
    return ImageSight.of(group, blocks, endToken);
  }

  /** Returns the cross-attention of rows of a text without images: to none. */
  ImageSight none() {
    return ImageSight.none(blocks);
  }

  /** As {@link DecoderLayers#span}, with the blocks before these layers. */
  Torch.Value span(
      DecoderLayers stack, Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    Seen seen = new Seen();
    groups.forEach(seen::add);
    int[] runs = seen.runs.build().toArray();
    Torch.Value rows = x;
    try {
      int layer = from;
      while (layer < to) {
        if (blocks.before(layer)) {
          rows = replaced(rows, x, block(rows, layer / blocks.interval(), seen.images, runs));
        }
        int next = Math.min(to, (layer / blocks.interval() + 1) * blocks.interval());
        rows = replaced(rows, x, stack.span(rows, index, groups, layer, next));
        layer = next;
      }
      return rows;
    } catch (RuntimeException e) {
      replaced(rows, x, null);
      throw e;
    }
  }

  private static Torch.Value replaced(Torch.Value rows, Torch.Value given, Torch.Value by) {
    if (rows != given) {
      rows.close();
    }
    return by;
  }

  private Torch.Value block(Torch.Value x, int block, List<Torch.Value> images, int[] runs) {
    return new KernelCall(torch, "cross_block")
        .with("x", x)
        .with("blocks", weights)
        .with("b", block)
        .with("images", images)
        .with("runs", runs)
        .withAny(LayerDimensions.of(text))
        .run();
  }

  @Override
  public void close() {
    weights.close();
  }

  /** What the rows of a pass see. */
  private static final class Seen {

    /** Constants of the images of each prompt that has some. */
    private final List<Torch.Value> images = new ArrayList<>();

    /**
     * Of rows that follow each other and see the same image: how many they are, the place of its
     * prompt among {@code images}, its first row there, and the row after its last; where they see
     * none, no place.
     */
    private final IntStream.Builder runs = IntStream.builder();

    void add(Rows rows) {
      ImageSight sight = rows.cache().sight().orElseThrow();
      int[] ends = sight.images().map(Seen::ends).orElseGet(() -> new int[1]);
      for (SightRun run : sight.of(rows.positions(), rows.segments())) {
        boolean none = run.image() == ImageSight.NONE;
        runs.add(run.rows());
        runs.add(none ? ImageSight.NONE : images.size());
        runs.add(none ? 0 : ends[run.image()]);
        runs.add(none ? 0 : ends[run.image() + 1]);
      }
      sight.images().map(ProjectedTokens::rows).ifPresent(images::add);
    }

    // The row after the last one of each image, and before the first one.
    private static int[] ends(ProjectedTokens images) {
      int[] ends = new int[images.runs().size() + 1];
      for (int image = 1; image < ends.length; image++) {
        ends[image] = ends[image - 1] + images.runs().get(image - 1);
      }
      return ends;
    }
  }
}
