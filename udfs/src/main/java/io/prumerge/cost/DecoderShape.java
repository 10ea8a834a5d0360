package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.CrossBlocks;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.config.LlavaConfig;
import java.util.List;

/**
 * The dimensions of a decoder.
 *
 * @param weights of all layers
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim width of one head
 */
public record DecoderShape(DecoderWeights weights, int heads, int kvHeads, int headDim) {

  public DecoderShape {
    ModelShape.requirePositive(
        weights.width(),
        weights.mlp(),
        weights.layers(),
        heads,
        kvHeads,
        headDim,
        weights.vocabulary());
  }

  /** Returns whether queries and keys of each head have a norm. */
  public boolean normsHeads() {
    return weights instanceof LlamaWeights llama && llama.headNorms() > 0;
  }

  /** Returns the decoder of a checkpoint. */
  public static DecoderShape of(LlavaConfig config) {
    return new DecoderShape(
        config.decoder(),
        config.text().heads().queries(),
        config.text().heads().keys(),
        config.text().heads().width());
  }

  /** Returns the hidden size. */
  public int width() {
    return Math.toIntExact(weights.width());
  }

  /** Returns the width of the MLP. */
  public long mlp() {
    return weights.mlp();
  }

  /** Returns the decoder layers. */
  public int layers() {
    return weights.layers();
  }

  /** Returns the rows of the head. */
  public long vocabulary() {
    return weights.vocabulary();
  }

  /** Returns the width of all query heads together. */
  public long queryWidth() {
    return product(heads, headDim);
  }

  /** Returns the width of all keys, and of all values. */
  public long keyWidth() {
    return product(kvHeads, headDim);
  }

  /** Returns one decoder layer's matrices. */
  public List<Matrix> layer() {
    return Matrix.of(weights.layer(0));
  }

  /** Returns whether images are no rows of the sequence. */
  public boolean beside() {
    return weights.cross().isPresent();
  }

  /** Returns the matrices of all blocks that attend to images, without those of their keys. */
  List<Matrix> crossing() {
    return weights.cross().stream()
        .flatMap(blocks -> blocks.blocks().stream())
        .flatMap(block -> Matrix.of(block).stream())
        .toList();
  }

  /** Returns how many blocks attend to images. */
  public long crossingBlocks() {
    return weights.cross().map(CrossBlocks::count).orElse(0);
  }

  /** Returns the elements of the cross-attention's keys and values over a number of image rows. */
  public long constantElements(long images) {
    return product(images, weights.cross().map(CrossBlocks::constants).orElse(0L));
  }

  /** Returns the head's matrix, the embedding where the two are tied. */
  public Matrix head() {
    return Matrix.of("lm_head", weights.width(), vocabulary(), false);
  }

  /** Returns the elements of the KV cache of all layers, with these positions in each. */
  public long kvCacheElements(TokenSchedule positions) {
    return product(2, positions.total(layers()), keyWidth());
  }

  /**
   * Returns the parameters of the decoder, with the embeddings, the norms, and the head unless it
   * is tied.
   */
  public long parameters() {
    return sum(
        weights.ends().elements(),
        product(layers(), weights.layer(0).elements()),
        weights.cross().stream()
            .flatMap(blocks -> blocks.blocks().stream())
            .mapToLong(WeightBlock::elements)
            .sum());
  }
}
