package io.prumerge.architecture;

import java.util.List;
import java.util.Set;

/**
 * The connector of the first Qwen-VL (QwenLM's {@code visual.py}, {@code Resampler} and the end of
 * {@code VisionTransformer}): learned queries that attend to all features once, with no residual
 * and no MLP, then a norm and one more matrix. Queries and features have positions, interpolated
 * where there are more features than queries.
 *
 * @param in C, width of the tower's features
 * @param width D, of the queries and of the decoder
 * @param heads of the attention
 * @param count Q, the queries, a square
 */
public record Resampler(long in, long width, int heads, int count) implements QueryConnector {

  /** The struct of {@link #block}. */
  public static final WeightStruct STRUCT =
      WeightStruct.of(
          "Resampler",
          "features?",
          "features_norm",
          "features_norm_bias",
          "queries",
          "queries_norm",
          "queries_norm_bias",
          "positions",
          "q",
          "q_bias",
          "k",
          "k_bias",
          "v",
          "v_bias",
          "out",
          "out_bias",
          "norm",
          "norm_bias",
          "projection");

  /** What the names of all tensors of it, and of the tower before it, begin with. */
  public static final String PREFIX = "transformer.visual.";

  private static final String POOL = "attn_pool.";
  private static final String JOINT = POOL + "attn.in_proj_weight";
  private static final String JOINT_BIAS = POOL + "attn.in_proj_bias";
  private static final int PARTS = 3;
  private static final Set<String> SEEN = Set.of("features", "k", "v");

  @Override
  public boolean readsText() {
    return false;
  }

  @Override
  public int layers() {
    return 1;
  }

  @Override
  public int lastLook() {
    return 0;
  }

  /** Returns all of its weights. */
  public WeightBlock block() {
    return STRUCT.block(
        PREFIX,
        List.of(
            Weight.matrix("features", POOL + "kv_proj", width, in).only(in != width),
            Weight.other("features_norm", POOL + "ln_kv.weight", width),
            Weight.other("features_norm_bias", POOL + "ln_kv.bias", width),
            Weight.other("queries", POOL + "query", (long) count, width),
            Weight.other("queries_norm", POOL + "ln_q.weight", width),
            Weight.other("queries_norm_bias", POOL + "ln_q.bias", width),
            Weight.other("positions", POOL + "pos_embed", (long) count, width),
            product("q", JOINT).part(0, PARTS),
            Weight.other("q_bias", JOINT_BIAS, width).part(0, PARTS),
            product("k", JOINT).part(1, PARTS),
            Weight.other("k_bias", JOINT_BIAS, width).part(1, PARTS),
            product("v", JOINT).part(2, PARTS),
            Weight.other("v_bias", JOINT_BIAS, width).part(2, PARTS),
            Weight.matrix("out", POOL + "attn.out_proj", width, width),
            Weight.other("out_bias", POOL + "attn.out_proj.bias", width),
            Weight.other("norm", "ln_post.weight", width),
            Weight.other("norm_bias", "ln_post.bias", width),
            product("projection", "proj")));
  }

  /** Returns the weights of the keys' and values' side, for every row of the features. */
  public WeightBlock seen() {
    return part(true);
  }

  /** Returns the weights of the queries' side. */
  public WeightBlock asking() {
    return part(false);
  }

  private WeightBlock part(boolean seen) {
    WeightBlock all = block();
    return new WeightBlock(
        all.struct(),
        all.prefix(),
        all.weights().stream().filter(weight -> SEEN.contains(weight.field()) == seen).toList());
  }

  // A matrix whose name does not end as those of linear layers; the projection is [in, out].
  private Weight product(String field, String tensor) {
    return new Weight(field, tensor, List.of(width, width), WeightUse.PRODUCT, WeightNeed.ALWAYS);
  }

  @Override
  public List<WeightBlock> blocks() {
    return List.of(block());
  }

  @Override
  public <T> T match(ConnectorCases<T> cases) {
    return cases.resampler().apply(this);
  }
}
