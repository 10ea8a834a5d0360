package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The connector of IDEFICS (transformers 4.57.1, {@code perceiver.py}): learned latents that attend
 * to all features of an image and to each other, layer by layer. What the decoder gets of them is
 * the keys and values of the blocks that attend to images.
 *
 * @param in C, width of the tower's features, and of the latents
 * @param count latents, rows that it makes of any number of features
 * @param layers how many
 * @param heads of every attention
 * @param head width of one of them
 * @param norms whether queries and keys have a norm, head by head
 * @param readers the blocks that attend to images
 */
public record PerceiverResampler(
    long in, int count, int layers, int heads, long head, boolean norms, CrossBlocks readers)
    implements QueryConnector {

  /** The struct of {@link #ends}. */
  public static final WeightStruct ENDS =
      WeightStruct.of("PerceiverEnds", "latents", "norm", "norm_bias");

  /** The struct of {@link #layer}. */
  public static final WeightStruct LAYER =
      WeightStruct.of(
          "PerceiverLayer",
          "features_norm",
          "features_norm_bias",
          "latents_norm",
          "latents_norm_bias",
          "q",
          "q_norm?",
          "q_norm_bias?",
          "k",
          "k_norm?",
          "k_norm_bias?",
          "v",
          "out",
          "norm",
          "norm_bias",
          "fc1",
          "fc2");

  /** What the names of its own tensors begin with. */
  public static final String PREFIX = "perceiver_resampler.";

  private static final int MLP_FACTOR = 4;

  @Override
  public boolean readsText() {
    return false;
  }

  /** They look in every layer. */
  @Override
  public int lastLook() {
    return layers - 1;
  }

  /** Returns the latents, and the norm after the last layer. */
  public WeightBlock ends() {
    return ENDS.block(
        PREFIX,
        List.of(
            Weight.other("latents", "latents", (long) count, in),
            Weight.other("norm", "layer_norm.weight", in),
            Weight.other("norm_bias", "layer_norm.bias", in)));
  }

  /** Returns one layer. */
  public WeightBlock layer(int layer) {
    long attention = heads * head;
    long mlp = MLP_FACTOR * in;
    return LAYER.block(
        PREFIX + "blocks." + layer + ".",
        List.of(
            Weight.other("features_norm", "0.context_layer_norm.weight", in),
            Weight.other("features_norm_bias", "0.context_layer_norm.bias", in),
            Weight.other("latents_norm", "0.latents_layer_norm.weight", in),
            Weight.other("latents_norm_bias", "0.latents_layer_norm.bias", in),
            Weight.matrix("q", "0.q_proj", attention, in),
            Weight.other("q_norm", "0.q_layer_norm.weight", head).only(norms),
            Weight.other("q_norm_bias", "0.q_layer_norm.bias", head).only(norms),
            Weight.matrix("k", "0.k_proj", attention, in),
            Weight.other("k_norm", "0.k_layer_norm.weight", head).only(norms),
            Weight.other("k_norm_bias", "0.k_layer_norm.bias", head).only(norms),
            Weight.matrix("v", "0.v_proj", attention, in),
            Weight.matrix("out", "0.output_proj", in, attention),
            Weight.other("norm", "1.ln.weight", in),
            Weight.other("norm_bias", "1.ln.bias", in),
            Weight.matrix("fc1", "1.fc", mlp, in),
            Weight.matrix("fc2", "1.c_proj", in, mlp)));
  }

  /** Returns the weights of the layers. */
  public List<WeightBlock> layerBlocks() {
    return IntStream.range(0, layers).mapToObj(this::layer).toList();
  }

  /** Returns the weights of the cross-attention's keys and values of all blocks. */
  public List<WeightBlock> constants() {
    return IntStream.range(0, readers.count()).mapToObj(readers::constants).toList();
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> all = new ArrayList<>(List.of(ends()));
    all.addAll(layerBlocks());
    all.addAll(constants());
    return all;
  }

  @Override
  public <T> T match(ConnectorCases<T> cases) {
    return cases.latents().apply(this);
  }
}
