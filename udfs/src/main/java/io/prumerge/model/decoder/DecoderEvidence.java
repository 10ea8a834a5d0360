package io.prumerge.model.decoder;

import io.prumerge.annotation.VisibleForTesting;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TextConfig;
import io.prumerge.cost.DecoderEvidenceCost;
import io.prumerge.cost.DecoderShape;
import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.stream.Stream;

/**
 * What cuts between the decoder's layers use: attention, keys and hidden states, computed in
 * addition to the layers' own work. All results are on the device.
 */
public class DecoderEvidence {

  private final Torch torch;
  private final TextConfig text;
  private final DecoderEvidenceCost cost;
  private final Torch.Value ends;
  private final Torch.Value layers;
  private final Torch.Value like;
  private final DecoderScript script;

  DecoderEvidence(
      Torch torch,
      LlavaConfig config,
      Torch.Value ends,
      Torch.Value layers,
      Torch.Value like,
      DecoderScript script) {
    this.torch = torch;
    this.text = config.text();
    this.cost = new DecoderEvidenceCost(DecoderShape.of(config));
    this.ends = ends;
    this.layers = layers;
    this.like = like;
    this.script = script;
  }

  /** The same evidence, for a subclass that meters it. */
  @VisibleForTesting
  DecoderEvidence(DecoderEvidence other) {
    this.torch = other.torch;
    this.text = other.text;
    this.cost = other.cost;
    this.ends = other.ends;
    this.layers = other.layers;
    this.like = other.like;
    this.script = other.script;
  }

  /** Returns hidden states of consecutive rows, not copied. */
  public Torch.Value rows(Torch.Value x, int start, int end) {
    return torch.call("range_of", x, start, end);
  }

  /** Returns a copy of the hidden states of consecutive rows. */
  public Torch.Value copy(Torch.Value x, int start, int end) {
    return torch.call("copy_of", x, start, end);
  }

  /** Returns hidden states of the rows that one of some lists on the device names. */
  public Torch.Value rows(Torch.Value x, Torch.Value lists, int at) {
    return torch.call("rows", x, lists, at);
  }

  /**
   * Returns hidden states of visual tokens; perhaps not copied.
   *
   * @param x of all rows
   * @param first row that the first slot has, or would have
   */
  public Torch.Value visual(Torch.Value x, int first, VisualSlots slots) {
    return slots.adjacent()
        ? rows(x, first + slots.first(), first + slots.end())
        : some(x, slots.after(-first));
  }

  private Torch.Value some(Torch.Value x, int[] rows) {
    try (Torch.Value list = torch.indices(List.of(rows), like)) {
      return rows(x, list, 0);
    }
  }

  /** Returns hidden states of consecutive rows as a cut wants them; perhaps not copied. */
  public Torch.Value states(Evidence.Hidden wanted, Torch.Value x, int start, int end) {
    Torch.Value some = rows(x, start, end);
    return wanted.normed() ? normed(some) : some;
  }

  /** Returns hidden states as the norm before the head leaves them; the given ones are closed. */
  public Torch.Value normed(Torch.Value states) {
    try (states) {
      return script.call("normed", states, ends, text.normEps());
    }
  }

  /** Returns the result of a rule on the device over evidence. */
  public Torch.Value runRule(DeviceRule rule, List<Torch.Value> evidence) {
    return torch.call(
        rule.function(), Stream.concat(evidence.stream(), rule.numbers().stream()).toArray());
  }

  /**
   * Returns the attention of some query rows [..., rows, count], of that of all of them; not
   * copied.
   */
  public Torch.Value queries(Torch.Value attention, int start, int rows) {
    return torch.call("query_rows", attention, start, start + rows);
  }

  /** Returns the sum of the attention of all query rows [query rows, count]: [count]. */
  public Torch.Value received(Torch.Value attention) {
    return torch.call("received", attention);
  }

  /** Returns weighted sums of hidden states [n, D], one for each n weights. */
  public Torch.Value sums(Torch.Value x, float[] share, int n) {
    try (Torch.Value weights = torch.tensor(share, like, share.length / n, n)) {
      return torch.call("sums", x, weights);
    }
  }

  /** Returns rotated keys of a layer in consecutive slots [count, heads x head_dim]. */
  public Torch.Value keys(KvCache cache, int layer, int firstSlot, int count) {
    try (Torch.Value keys = cache.keys(layer, firstSlot, count)) {
      return torch.call("flat_keys", keys);
    }
  }

  /** Returns rotated keys of visual tokens in a layer [tokens, heads x head_dim]. */
  public Torch.Value keys(KvCache cache, int layer, VisualSlots slots) {
    int first = slots.first();
    Torch.Value keys = keys(cache, layer, first, slots.end() - first);
    if (slots.adjacent()) {
      return keys;
    }
    try (keys) {
      return some(keys, slots.after(first));
    }
  }

  /**
   * Returns rotated keys [kv heads, rows, head_dim] that a layer will compute of consecutive rows.
   *
   * @param x hidden states, the layer's input
   * @param lists on the device
   * @param at the list of these rows' positions
   * @param ropeLength as {@link Rows#ropeLength}
   */
  public Torch.Value projectedKeys(
      Torch.Value x, int start, int end, int layer, Torch.Value lists, int at, int ropeLength) {
    return projectedKeys(rows(x, start, end), layer, lists, at, ropeLength);
  }

  /**
   * Returns rotated keys [kv heads, rows, head_dim] that a layer will compute of rows.
   *
   * @param rows hidden states, the layer's input; closed here
   */
  public Torch.Value projectedKeys(
      Torch.Value rows, int layer, Torch.Value lists, int at, int ropeLength) {
    try (rows) {
      KernelCall kernel =
          script
              .kernel("projected_keys")
              .with("x", rows)
              .with("lists", lists)
              .with("at", at)
              .with("layers", layers)
              .with("layer", layer)
              .withAny(LayerDimensions.of(text));
      return script.run(kernel, ropeLength);
    }
  }

  /**
   * Returns the attention [heads, query rows, slots].
   *
   * @param keys of the first slots, in parts
   */
  public Torch.Value attention(QueryRows queries, int layer, List<Torch.Value> keys) {
    KernelCall kernel =
        script
            .kernel("attention")
            .with("x", queries.x())
            .with("lists", queries.lists())
            .with("layers", layers)
            .with("layer", layer)
            .with("keys", keys)
            .withAny(LayerDimensions.of(text));
    return script.run(kernel, queries.ropeLength());
  }

  /** Returns the attention to visual tokens, mean over the heads [query rows, tokens]. */
  public Torch.Value mean(QueryRows queries, Torch.Value attention, VisualSlots slots) {
    if (slots.adjacent()) {
      return torch.call("mean_attention", attention, slots.first(), slots.count());
    }
    try (Torch.Value visual = columns(queries, attention)) {
      return torch.call("mean_attention", visual, 0, slots.count());
    }
  }

  /**
   * Returns FlowCut's scores of visual tokens [query rows, tokens].
   *
   * @param values of the slots that the attention is to, in parts
   */
  public Torch.Value flow(
      QueryRows queries, Torch.Value attention, List<Torch.Value> values, VisualSlots slots) {
    return torch.call(
        "flow_scores",
        attention,
        slots.first(),
        slots.count(),
        queries.lists(),
        slots.adjacent() ? -1 : QueryRows.VISUAL_SLOTS,
        values);
  }

  // Of the attention to all slots, that to visual tokens between which there is text.
  private Torch.Value columns(QueryRows queries, Torch.Value attention) {
    return torch.call("columns", attention, queries.lists(), QueryRows.VISUAL_SLOTS);
  }

  /** Returns the work of {@link #flow} in addition to the attention's. */
  public PassWork flowWork(long visual) {
    return PassWork.flops(cost.values(visual));
  }

  /**
   * Returns the attention to the visual tokens, divided by what the rotation alone gives [heads,
   * query rows, tokens].
   *
   * @param slots of the visual tokens, whose positions the query rows have
   */
  public Torch.Value relative(QueryRows queries, Torch.Value attention, VisualSlots slots) {
    if (slots.adjacent()) {
      return relative(queries, attention, slots.first(), slots.count());
    }
    try (Torch.Value visual = columns(queries, attention)) {
      return relative(queries, visual, 0, slots.count());
    }
  }

  private Torch.Value relative(QueryRows queries, Torch.Value attention, int first, int count) {
    KernelCall kernel =
        script
            .kernel("relative_attention")
            .with("a", attention)
            .with("start", first)
            .with("count", count)
            .with("lists", queries.lists())
            .withAny(LayerDimensions.of(text));
    return script.run(kernel, queries.ropeLength());
  }

  /**
   * Returns the attention of the mean query of some rows to the key of each, before the rotation
   * [rows].
   *
   * @param x their hidden states, the layer's input
   */
  public Torch.Value meanQueryAttention(Torch.Value x, int layer) {
    return script.call(
        "mean_query_attention", x, layers, layer, text.heads().width(), text.normEps());
  }

  /**
   * Returns the cosines of all pairs of keys [kv heads, n, head_dim], heads side by side [n, n].
   */
  public Torch.Value keyCosines(Torch.Value keys) {
    return torch.call("key_cosines", keys);
  }

  /** Returns the work of {@link #keyCosines}. */
  public PassWork keyCosinesWork(long keys) {
    return PassWork.flops(cost.keyCosines(keys));
  }

  /**
   * Returns the mean absolute value of each patch's hidden state after a high-pass filter [n].
   *
   * @param x hidden states [n, D]
   */
  public Torch.Value highPass(Torch.Value x, PatchGrid grid) {
    int rows = grid.rows();
    int cols = grid.cols();
    double width = Math.min(rows, cols) / 2 / 10.0;
    try (Torch.Value down = torch.tensor(lowPass(rows, width), like, rows, rows);
        Torch.Value across = torch.tensor(lowPass(cols, width), like, cols, cols)) {
      return torch.call("high_pass", x, down, across);
    }
  }

  // [side, side]: what the frequencies that the filter takes are, along a side of the grid.
  private static float[] lowPass(int side, double width) {
    int centre = side / 2;
    float[] low = new float[side * side];
    for (int i = 0; i < low.length; i++) {
      int distance = i / side - i % side;
      double sum = 0;
      for (int f = -centre; f < side - centre; f++) {
        sum += Math.exp(-f * f / (2 * width * width)) * Math.cos(2 * Math.PI * f * distance / side);
      }
      low[i] = (float) (sum / side);
    }
    return low;
  }

  /** Returns the work of {@link #highPass}. */
  public PassWork highPassWork(PatchGrid grid) {
    return PassWork.flops(cost.highPass(grid));
  }

  /** Returns how much each row of a text is like the visual tokens [rows]. */
  public Torch.Value relevance(Torch.Value embeddings, Torch.Value visual) {
    return torch.call("relevance", embeddings, visual);
  }

  /** Returns the work of {@link #relevance}. */
  public PassWork relevanceWork(long rows, long visual) {
    return PassWork.flops(cost.relevance(rows, visual));
  }

  /** Returns the work of {@link #relative} in addition to the attention's. */
  public PassWork rotationWork(long rows, long visual) {
    return PassWork.flops(cost.rotation(rows, visual));
  }
}
