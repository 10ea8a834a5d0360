package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.MlpConnector;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.config.LlavaConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The dimensions that decide what a model costs. Biases and tying change parameters and bytes,
 * never FLOPs.
 */
public record ModelShape(Vision vision, Text text, Connector connector) {

  /**
   * A model with LLaVA's connector.
   *
   * @param projectorBias whether its two layers have biases
   */
  public ModelShape(Vision vision, Text text, boolean projectorBias) {
    this(vision, text, new MlpConnector(vision.featureWidth(), text.width(), projectorBias));
  }

  /**
   * The vision tower and what is taken from it.
   *
   * @param width hidden size
   * @param mlp width of the MLP
   * @param layers encoder layers of the checkpoint
   * @param heads attention heads
   * @param featureDepth encoder layers that the features need, 23 of 24 in LLaVA-1.5
   * @param featureWidth width of the projector's input, a multiple of the width
   * @param patches patches of one image; the tower runs over CLS too, where there is one
   * @param patchSize side of a patch in pixels
   * @param channels input channels
   * @param kind CLIP's, unless it says something else
   */
  public record Vision(
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

    /** A CLIP tower. */
    public Vision(
        int width,
        int mlp,
        int layers,
        int heads,
        int featureDepth,
        long featureWidth,
        int patches,
        int patchSize,
        int channels) {
      this(
          width,
          mlp,
          layers,
          heads,
          featureDepth,
          featureWidth,
          patches,
          patchSize,
          channels,
          TowerKind.CLIP);
    }

    public Vision {
      if (featureDepth < 0 || featureDepth > layers) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Cannot count a tower of %d layers whose features need %d of them",
                layers,
                featureDepth));
      }
      positive(width, mlp, layers, heads, featureWidth, patches, patchSize, channels);
    }

    /** Positions T that the tower runs over: the patches, and CLS where there is one. */
    public long positions() {
      return positions(patches);
    }

    /** The same for an image of so many patches. */
    long positions(int count) {
      return (long) count + kind.classTokens();
    }

    private TowerWeights weights() {
      return kind.weights(width, mlp, layers, featureDepth, positions(), patchSize, channels);
    }

    /** The convolution over patches, which do not overlap. */
    public Matrix patchEmbedding() {
      return Matrix.of(weights().embeddings()).get(0);
    }

    /** One encoder layer's matrices. */
    public List<Matrix> layer() {
      return Matrix.of(weights().layer(0));
    }

    /** Those of its attention. */
    List<Matrix> attentionMatrices() {
      return layer().stream().filter(matrix -> !matrix.name().startsWith("fc")).toList();
    }

    /** Those of its MLP. */
    List<Matrix> mlpMatrices() {
      return layer().stream().filter(matrix -> matrix.name().startsWith("fc")).toList();
    }

    /**
     * Parameters of all layers, whether features need them or not, and of the norms before and
     * after.
     */
    public long parameters() {
      TowerWeights weights = weights();
      return sum(
          weights.embeddings().elements(),
          product(layers, weights.layer(0).elements()),
          weights.last().elements());
    }
  }

  /**
   * The decoder.
   *
   * @param weights of all layers
   * @param heads query heads
   * @param kvHeads key and value heads
   * @param headDim width of one head
   */
  public record Text(DecoderWeights weights, int heads, int kvHeads, int headDim) {

    public Text {
      positive(
          weights.width(),
          weights.mlp(),
          weights.layers(),
          heads,
          kvHeads,
          headDim,
          weights.vocabulary());
    }

    /**
     * A Llama decoder, with a gated MLP of three matrices.
     *
     * @param width hidden size
     * @param mlp width of the MLP
     * @param layers decoder layers
     * @param vocabulary rows of the head
     * @param attentionBias whether q, k, v and o have biases
     * @param mlpBias whether gate, up and down have biases
     * @param tied whether the head is the embedding
     */
    public Text(
        int width,
        int mlp,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int vocabulary,
        boolean attentionBias,
        boolean mlpBias,
        boolean tied) {
      this(
          new LlamaWeights(
              width,
              mlp,
              layers,
              product(heads, headDim),
              product(kvHeads, headDim),
              vocabulary,
              attentionBias,
              mlpBias,
              tied),
          heads,
          kvHeads,
          headDim);
    }

    /** Hidden size. */
    public int width() {
      return Math.toIntExact(weights.width());
    }

    /** Width of the MLP. */
    public long mlp() {
      return weights.mlp();
    }

    /** Decoder layers. */
    public int layers() {
      return weights.layers();
    }

    /** Rows of the head. */
    public long vocabulary() {
      return weights.vocabulary();
    }

    /** Width of all query heads together. */
    public long queryWidth() {
      return product(heads, headDim);
    }

    /** Width of all keys, and of all values. */
    public long keyWidth() {
      return product(kvHeads, headDim);
    }

    /** One decoder layer's matrices. */
    public List<Matrix> layer() {
      return Matrix.of(weights.layer(0));
    }

    /** The head's matrix, the embedding where the two are tied. */
    public Matrix head() {
      return Matrix.of("lm_head", weights.width(), vocabulary(), false);
    }

    /**
     * Parameters of the decoder, with the embeddings, the norms, and the head unless it is tied.
     */
    public long parameters() {
      return sum(weights.ends().elements(), product(layers(), weights.layer(0).elements()));
    }
  }

  private static void positive(long... dimensions) {
    for (long dimension : dimensions) {
      if (dimension < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Cannot count a model with dimensions %s: each must be at least 1",
                Arrays.toString(dimensions)));
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
            config.vision().heads(),
            config.featureDepth(),
            config.featureSize(),
            config.vision().patches(),
            config.vision().patchSize(),
            config.vision().channels(),
            config.vision().kind()),
        new Text(
            config.decoder(),
            config.text().heads(),
            config.text().kvHeads(),
            config.text().headDim()),
        config.connector());
  }

  /** The matrices of a connector whose rows each come from one row of the features. */
  public List<Matrix> projector() {
    return connector instanceof RowConnector rows ? Matrix.of(rows.layers()) : List.of();
  }

  /** Elements of all weights, the embedding and the tower's last layer included. */
  public long parameters() {
    return sum(languageModelParameters(), visionParameters());
  }

  /** Elements of the language model's weights. */
  public long languageModelParameters() {
    return text.parameters();
  }

  /** Elements of the tower's and the projector's weights. */
  public long visionParameters() {
    return sum(
        vision.parameters(),
        sum(connector.blocks().stream().mapToLong(WeightBlock::elements).toArray()));
  }
}
