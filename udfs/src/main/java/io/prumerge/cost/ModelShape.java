package io.prumerge.cost;

import io.prumerge.checkpoint.LlavaConfig;
import java.util.Arrays;

/**
 * The dimensions that decide what a LLaVA model costs. Whether the head is tied to the embedding,
 * and biases, change no count.
 */
public record ModelShape(Vision vision, Text text) {

  /**
   * The CLIP tower and what is taken from it.
   *
   * @param width hidden size
   * @param mlp width of the MLP
   * @param layers encoder layers of the checkpoint
   * @param featureDepth encoder layers that the features need, 23 of 24 in LLaVA-1.5
   * @param featureWidth width of the projector's input, a multiple of the width
   * @param patches patches of one image; the tower runs over one position more, CLS
   * @param patchSize side of a patch in pixels
   * @param channels input channels
   */
  public record Vision(
      int width,
      int mlp,
      int layers,
      int featureDepth,
      long featureWidth,
      int patches,
      int patchSize,
      int channels) {

    public Vision {
      if (featureDepth < 0 || featureDepth > layers) {
        throw new IllegalArgumentException(
            "Cannot count a tower of %d layers whose features need %d of them"
                .formatted(layers, featureDepth));
      }
      positive(width, mlp, layers, featureWidth, patches, patchSize, channels);
    }
  }

  /**
   * The Llama decoder, with a gated MLP of three matrices.
   *
   * @param width hidden size
   * @param mlp width of the MLP
   * @param layers decoder layers
   * @param heads query heads
   * @param kvHeads key and value heads
   * @param headDim width of one head
   * @param vocabulary rows of the head
   */
  public record Text(
      int width, int mlp, int layers, int heads, int kvHeads, int headDim, int vocabulary) {

    public Text {
      positive(width, mlp, layers, heads, kvHeads, headDim, vocabulary);
    }
  }

  private static void positive(long... dimensions) {
    for (long dimension : dimensions) {
      if (dimension < 1) {
        throw new IllegalArgumentException(
            "Cannot count a model with dimensions %s: each must be at least 1"
                .formatted(Arrays.toString(dimensions)));
      }
    }
  }

  /** The dimensions of a checkpoint. */
  public static ModelShape of(LlavaConfig config) {
    return new ModelShape(
        new Vision(
            config.vision().hiddenSize(),
            config.vision().intermediateSize(),
            config.vision().layers(),
            config.featureDepth(),
            config.featureSize(),
            config.vision().patches(),
            config.vision().patchSize(),
            config.vision().channels()),
        new Text(
            config.text().hiddenSize(),
            config.text().intermediateSize(),
            config.text().layers(),
            config.text().heads(),
            config.text().kvHeads(),
            config.text().headDim(),
            config.text().vocabSize()));
  }
}
