package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tower over images that are smaller than its own size. Positions are interpolated as
 * transformers 4.57.1 does ({@code CLIPVisionEmbeddings.interpolate_pos_encoding}), in fp32.
 */
final class SmallImages implements AutoCloseable {

  private final Torch torch;
  private final LlavaConfig config;
  private final Torch.Value embeddings;
  private final Torch.Value layers;
  private final Torch.Value last;
  private final Torch.Value like;
  private final Map<Integer, Torch.Value> resized = new HashMap<>();

  /**
   * @param embeddings and what follows: the tower's, not closed here
   */
  SmallImages(
      Torch torch,
      LlavaConfig config,
      Torch.Value embeddings,
      Torch.Value layers,
      Torch.Value last,
      Torch.Value like) {
    this.torch = torch;
    this.config = config;
    this.embeddings = embeddings;
    this.layers = layers;
    this.last = last;
    this.like = like;
  }

  /**
   * The features [side x side, F] of one image; the caller closes them.
   *
   * @param pixels 3 x S x S, S = side x size of a patch
   */
  Torch.Value features(float[] pixels, int side) {
    VisionConfig vision = config.vision();
    int edge = side * vision.patchSize();
    Torch.Value[] states;
    try (Torch.Value input = torch.tensor(pixels, like, 1, vision.channels(), edge, edge);
        Torch.Value result =
            torch.call(
                "tower",
                input,
                resized(side),
                layers,
                last,
                vision.kind().normsFirst(),
                config.visionFeatureLayers().stream().mapToInt(Integer::intValue).toArray(),
                vision.layers() - 1,
                new int[0],
                0,
                new int[0],
                config.featureDepth(),
                vision.heads(),
                vision.activation().ordinal(),
                vision.layerNormEps())) {
      states = result.elements();
    }
    try (Torch.Value whole = torch.call("row", states[0], 0)) {
      return torch.call("behind_first", whole);
    } finally {
      Arrays.stream(states).forEach(Torch.Value::close);
    }
  }

  // The tower's embeddings with other positions; kept, since every image asks for the same.
  private Torch.Value resized(int side) {
    synchronized (resized) {
      return resized.computeIfAbsent(
          side, key -> torch.call("resized", embeddings, config.vision().gridSide(), side));
    }
  }

  @Override
  public void close() {
    resized.values().forEach(Torch.Value::close);
  }
}
