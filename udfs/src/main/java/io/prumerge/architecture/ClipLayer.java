package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The weights of one layer of a tower that runs as CLIP's: attention and an MLP, each after a norm.
 * A tower names the layer's modules, as its checkpoints do; what it leaves out, its layers lack.
 */
public final class ClipLayer {

  /** The struct of a layer. */
  public static final WeightStruct STRUCT =
      WeightStruct.of(
          "ClipLayer",
          "norm1",
          "norm1_bias?",
          "q",
          "q_bias?",
          "k",
          "k_bias?",
          "q_norm?",
          "k_norm?",
          "v",
          "v_bias?",
          "out",
          "out_bias",
          "scale1?",
          "norm2",
          "norm2_bias?",
          "fc1",
          "fc1_bias",
          "fc2",
          "fc2_bias",
          "scale2?");

  /** Fields of a layer that PruMerge's scores need: all up to the norms of queries and keys. */
  private static final int SCORING_WEIGHTS = 8;

  /** The struct of what PruMerge's scores need of a layer. */
  public static final WeightStruct SCORES =
      new WeightStruct("ClipScores", STRUCT.fields().subList(0, SCORING_WEIGHTS));

  /** Queries, keys and values, in the struct's order. */
  private static final List<String> QKV = List.of("q", "k", "v");

  private final long width;
  private final long inner;
  private final List<Weight> weights = new ArrayList<>();

  /**
   * Begins a layer.
   *
   * @param width C, the hidden size
   * @param mlp width of the MLP
   */
  public ClipLayer(long width, long mlp) {
    this.width = width;
    this.inner = mlp;
  }

  /**
   * Adds the norms.
   *
   * @param attention module of the one before attention
   * @param mlp of the one before the MLP
   * @param biases false for RMSNorms
   */
  public ClipLayer norms(String attention, String mlp, boolean biases) {
    return add(
        Weight.other("norm1", attention + ".weight", width),
        Weight.bias("norm1_bias", attention, width, biases),
        Weight.other("norm2", mlp + ".weight", width),
        Weight.bias("norm2_bias", mlp, width, biases));
  }

  /** Adds the linear layers of queries, keys and values, a module for each. */
  public ClipLayer qkv(String queries, String keys, String values, boolean biases) {
    return linear("q", queries, biases).linear("k", keys, biases).linear("v", values, biases);
  }

  private ClipLayer linear(String field, String module, boolean biases) {
    return add(
        Weight.matrix(field, module, width, width),
        Weight.bias(field + "_bias", module, width, biases));
  }

  /**
   * Adds the linear layers of queries, keys and values, one module for all.
   *
   * @param groups of its rows, each of which has queries, then keys, then values: 1, or the heads
   */
  public ClipLayer fusedQkv(String module, int groups, boolean biases) {
    for (int part = 0; part < QKV.size(); part++) {
      String field = QKV.get(part);
      add(
          Weight.matrix(field, module, width, width).part(part, QKV.size(), groups),
          Weight.bias(field + "_bias", module, width, biases).part(part, QKV.size(), groups));
    }
    return this;
  }

  /** Adds RMSNorms of queries and of keys, over all heads together. */
  public ClipLayer qkNorms(String queries, String keys) {
    return add(
        Weight.other("q_norm", queries + ".weight", width),
        Weight.other("k_norm", keys + ".weight", width));
  }

  /** Adds the linear layer after attention. */
  public ClipLayer output(String module) {
    return add(
        Weight.matrix("out", module, width, width),
        Weight.other("out_bias", module + ".bias", width));
  }

  /** Adds the MLP's two linear layers. */
  public ClipLayer mlp(String up, String down) {
    return add(
        Weight.matrix("fc1", up, inner, width),
        Weight.other("fc1_bias", up + ".bias", inner),
        Weight.matrix("fc2", down, width, inner),
        Weight.other("fc2_bias", down + ".bias", width));
  }

  /** Adds learned scales, [C] each, of what attention and MLP add to the rows; tensors' names. */
  public ClipLayer scales(String attention, String mlp) {
    return add(Weight.other("scale1", attention, width), Weight.other("scale2", mlp, width));
  }

  private ClipLayer add(Weight... some) {
    weights.addAll(List.of(some));
    return this;
  }

  /**
   * Returns all weights.
   *
   * @param prefix what the tensors' names of one of a tower's layers begin with
   */
  public WeightBlock block(String prefix) {
    return STRUCT.block(prefix, weights);
  }

  /**
   * Returns the weights of PruMerge's scores.
   *
   * @param prefix of the last layer
   */
  public WeightBlock scores(String prefix) {
    return new WeightBlock(
        SCORES.name(), prefix, block(prefix).weights().subList(0, SCORING_WEIGHTS));
  }

  /** Returns the weights that PruMerge's scores do not need, of those that a layer has. */
  Stream<Weight> rest() {
    return block("").weights().stream().skip(SCORING_WEIGHTS).filter(Weight::read);
  }
}
