package io.prumerge.cost;

import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.MlpConnector;

/** Shapes of tests. */
public final class Shapes {

  static final TowerShape CLIP_L_336 = clip(1024, 4096, 24, 16, 23, 1024, 576, 14);

  static final CostModel LLAVA_7B = new CostModel(vicuna(4096, 11008, 32));
  static final CostModel LLAVA_13B = new CostModel(vicuna(5120, 13824, 40));

  /** Two feature layers of odd small dimensions. */
  static final TowerShape SHALLOW = clip(6, 10, 5, 2, 2, 12, 9, 4);

  /** Odd small dimensions: grouped heads, a head width of its own. */
  static final DecoderShape GROUPED = llama(7, 11, 3, 6, 2, 5, 13);

  private Shapes() {}

  private static ModelShape vicuna(int width, int mlp, int layers) {
    return llava(CLIP_L_336, llama(width, mlp, layers, layers, layers, 128, 32000));
  }

  /** A CLIP tower over pictures of three channels. */
  public static TowerShape clip(
      int width,
      int mlp,
      int layers,
      int heads,
      int featureDepth,
      long featureWidth,
      int patches,
      int patchSize) {
    return new TowerShape(
        width,
        mlp,
        layers,
        heads,
        new TowerFeatures(featureDepth, featureWidth),
        patches,
        new PatchShape(patchSize, 3),
        ClipKind.CLIP);
  }

  /** A Llama decoder without biases, its head untied. */
  public static DecoderShape llama(
      int width, int mlp, int layers, int heads, int kvHeads, int headDim, int vocabulary) {
    LlamaWeights weights =
        LlamaWeights.builder()
            .width(width)
            .mlp(mlp)
            .layers(layers)
            .queries((long) heads * headDim)
            .keys((long) kvHeads * headDim)
            .vocabulary(vocabulary)
            .build();
    return new DecoderShape(weights, heads, kvHeads, headDim);
  }

  /** A model with LLaVA's connector. */
  public static ModelShape llava(TowerShape tower, DecoderShape decoder) {
    return new ModelShape(
        tower, new MlpConnector(tower.features().width(), decoder.width(), true), decoder);
  }
}
