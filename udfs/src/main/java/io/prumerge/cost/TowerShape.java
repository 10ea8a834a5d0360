package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.WeightBlock;
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
 * @param features what the connector gets of it
 * @param patches patches of one image; the tower runs over CLS too, where there is one
 * @param patch one of these
 * @param kind whose weights it has
 */
public record TowerShape(
    int width,
    int mlp,
    int layers,
    int heads,
    Features features,
    int patches,
    Patch patch,
    TowerKind kind) {

  /**
   * What the connector gets of a tower.
   *
   * @param depth encoder layers that the features need, 23 of 24 in LLaVA-1.5
   * @param width of the connector's input, a multiple of the tower's width
   */
  public record Features(int depth, long width) {}

  /**
   * A square of an image.
   *
   * @param size its side in pixels
   * @param channels of the image
   */
  public record Patch(int size, int channels) {}

  public TowerShape {
    if (features.depth() < 0 || features.depth() > layers) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot count a tower of %d layers whose features need %d of them",
              layers,
              features.depth()));
    }
    ModelShape.requirePositive(
        width, mlp, layers, heads, features.width(), patches, patch.size(), patch.channels());
  }

  /** Returns the tower of a checkpoint. */
  public static TowerShape of(LlavaConfig config) {
    return new TowerShape(
        config.vision().encoder().hiddenSize(),
        config.vision().encoder().intermediateSize(),
        config.vision().encoder().layers(),
        config.vision().encoder().heads(),
        new Features(config.featureDepth(), config.featureSize()),
        config.vision().patches(),
        new Patch(config.vision().patchSize(), config.vision().channels()),
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
    return kind.weights(
        width, mlp, layers, features.depth(), positions(), patch.size(), patch.channels());
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
        weights.last().map(WeightBlock::elements).orElse(0L));
  }
}
