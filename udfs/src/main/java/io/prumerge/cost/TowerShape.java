package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.config.LlavaConfig;
import java.util.List;
import java.util.Locale;

/**
 * The dimensions of a vision tower, and what is taken from it.
 *
 * @param width hidden size
 * @param mlp width of the MLP
 * @param layers encoder layers of the checkpoint
 * @param heads attention heads
 * @param featureDepth encoder layers that the features need, 23 of 24 in LLaVA-1.5
 * @param featureWidth width of the connector's input, a multiple of the width
 * @param patches patches of one image; the tower runs over CLS too, where there is one
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 * @param kind whose weights it has
 */
public record TowerShape(
    int width,
    int mlp,
    int layers,
    int heads,
    int featureDepth,
    long featureWidth,
    int patches,
    int patchSize,
    int channels,
    TowerKind kind) {

  public TowerShape {
    if (featureDepth < 0 || featureDepth > layers) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot count a tower of %d layers whose features need %d of them",
              layers,
              featureDepth));
    }
    ModelShape.requirePositive(
        width, mlp, layers, heads, featureWidth, patches, patchSize, channels);
  }

  /** Returns the tower of a checkpoint. */
  public static TowerShape of(LlavaConfig config) {
    return new TowerShape(
        config.vision().encoder().hiddenSize(),
        config.vision().encoder().intermediateSize(),
        config.vision().encoder().layers(),
        config.vision().encoder().heads(),
        config.featureDepth(),
        config.featureSize(),
        config.vision().patches(),
        config.vision().patchSize(),
        config.vision().channels(),
        config.vision().kind());
  }

  /** Returns the positions T that the tower runs over: the patches, and CLS where there is one. */
  public long positions() {
    return positions(patches);
  }

  /** Returns the same for an image of so many patches. */
  long positions(int count) {
    return (long) count + kind.classTokens();
  }

  private TowerWeights weights() {
    return kind.weights(width, mlp, layers, featureDepth, positions(), patchSize, channels);
  }

  /** Returns the convolution over patches, which do not overlap. */
  public Matrix patchEmbedding() {
    return Matrix.of(weights().embeddings()).get(0);
  }

  /** Returns one encoder layer's matrices. */
  public List<Matrix> layer() {
    return Matrix.of(weights().layer(0));
  }

  /** Returns those of its attention. */
  List<Matrix> attentionMatrices() {
    return layer().stream().filter(matrix -> !matrix.name().startsWith("fc")).toList();
  }

  /** Returns those of its MLP, which every tower names fc1 and fc2. */
  List<Matrix> mlpMatrices() {
    return layer().stream().filter(matrix -> matrix.name().startsWith("fc")).toList();
  }

  /**
   * Returns the parameters of all layers, whether features need them or not, and of the norms
   * before and after.
   */
  public long parameters() {
    TowerWeights weights = weights();
    return sum(
        weights.embeddings().elements(),
        product(layers, weights.layer(0).elements()),
        weights.last().elements());
  }
}
