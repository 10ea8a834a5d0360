package io.prumerge.architecture;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Gated blocks before some of a decoder's layers, in which its rows attend to images (transformers
 * 4.57.1, {@code modeling_idefics.py}, {@code IdeficsGatedCrossAttentionLayer}). A block's keys and
 * values come from an image alone: the connector makes them, {@link PerceiverResampler}.
 *
 * @param width D, the decoder's
 * @param mlp width of the MLPs
 * @param count of the blocks
 * @param interval layers from one block to the next; the first is before layer 0
 * @param head width of one head of attention; all together are as wide as the decoder
 * @param in C, width of an image's rows
 * @param norms whether queries and keys have a norm, head by head
 * @param vectors whether gates are one number for each channel, instead of one for all
 */
public record CrossBlocks(
    long width,
    long mlp,
    int count,
    int interval,
    long head,
    long in,
    boolean norms,
    boolean vectors)
    implements PartWeights {

  /** The struct of {@link #block}. */
  public static final WeightStruct BLOCK =
      WeightStruct.of(
          "CrossBlock",
          "norm1",
          "q",
          "q_norm?",
          "o",
          "gate1",
          "norm2",
          "gate",
          "up",
          "down",
          "gate2");

  /** The struct of {@link #constants(int)}. */
  public static final WeightStruct CONSTANTS =
      WeightStruct.of("CrossConstants", "k", "k_norm?", "v");

  private static final String PREFIX = DecoderWeights.PREFIX + "gated_cross_attn_layers.";

  /** Returns one block, but for what makes its keys and values. */
  public WeightBlock block(int block) {
    return BLOCK.block(
        PREFIX + block + ".",
        List.of(
            Weight.other("norm1", "input_layernorm.weight", width),
            Weight.matrix("q", "cross_attn.q_proj", width, width),
            Weight.other("q_norm", "cross_attn.q_layer_norm.weight", head).only(norms),
            Weight.matrix("o", "cross_attn.o_proj", width, width),
            gate("gate1", "alpha_cross_attn"),
            Weight.other("norm2", "post_attention_layernorm.weight", width),
            Weight.matrix("gate", "mlp.gate_proj", mlp, width),
            Weight.matrix("up", "mlp.up_proj", mlp, width),
            Weight.matrix("down", "mlp.down_proj", width, mlp),
            gate("gate2", "alpha_dense")));
  }

  private Weight gate(String field, String tensor) {
    return vectors ? Weight.other(field, tensor, 1L, 1L, width) : Weight.other(field, tensor, 1L);
  }

  /** Returns the weights of the cross-attention's keys and values of a block. */
  public WeightBlock constants(int block) {
    return CONSTANTS.block(
        PREFIX + block + ".cross_attn.",
        List.of(
            Weight.matrix("k", "k_proj", width, in),
            Weight.other("k_norm", "k_layer_norm.weight", head).only(norms),
            Weight.matrix("v", "v_proj", width, in)));
  }

  /** Returns whether there is a block before a layer. */
  public boolean before(int layer) {
    return layer % interval == 0;
  }

  /** Returns the numbers that the blocks keep of one row of an image: its keys and values. */
  public long constants() {
    return 2 * count * width;
  }

  @Override
  public List<WeightBlock> blocks() {
    return IntStream.range(0, count).mapToObj(this::block).toList();
  }
}
