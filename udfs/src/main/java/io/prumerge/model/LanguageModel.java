package io.prumerge.model;

import io.prumerge.architecture.LlamaWeights;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.TextConfig;
import io.prumerge.cost.CostModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Llama decoder: one pass over the new rows of several sequence groups. All groups' rows are
 * one matrix in every linear layer; attention runs on each group's own cache, so nothing is padded.
 */
class LanguageModel implements AutoCloseable {

  private final Torch torch;
  private final TextConfig text;
  private final CostModel cost;
  private final Torch.Value ends;
  private final Torch.Value layers;
  private final Torch.Value like;
  private final RopeFrequencies rope;
  private final SystemPrompts systemPrompts;

  LanguageModel(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.text = config.text();
    this.cost = CostModel.of(config);
    LlamaWeights weights = config.decoder();
    this.ends = loader.struct(weights.ends());
    this.layers =
        loader.structs(IntStream.range(0, weights.layers()).mapToObj(weights::layer).toList());
    this.like = loader.like("decoder_like", ends);
    this.rope = new RopeFrequencies(torch, text);
    this.systemPrompts = new SystemPrompts(this);
  }

  RopeFrequencies rope() {
    return rope;
  }

  SystemPrompts systemPrompts() {
    return systemPrompts;
  }

  /** Logits of one position. */
  int vocabulary() {
    return text.vocabSize();
  }

  /** Number of layers. */
  int layers() {
    return text.layers();
  }

  /**
   * An empty cache over the layers {@code from} to {@code to - 1} with room for so many positions.
   */
  KvCache newCache(int from, int to, int positions) {
    return new KvCache(torch, text, from, to, positions, like);
  }

  /**
   * Runs the rows of all groups, whose slots in the groups' caches are taken already.
   *
   * @return fp32 logits [all outputs, vocabulary], group by group
   */
  Torch.Value forward(List<Passage> groups) {
    return new LayerPass(torch, this, groups).run();
  }

  /** Some rows of hidden states. */
  Torch.Value rows(Torch.Value x, int[] rows) {
    return torch.call("rows", x, rows);
  }

  /**
   * Some rows of hidden states, row-major.
   *
   * @param normed whether they go through the last norm
   */
  float[] floats(Torch.Value x, int[] rows, boolean normed) {
    try (Torch.Value some = rows(x, rows)) {
      if (!normed) {
        return floats(some);
      }
      try (Torch.Value wanted = torch.call("normed", some, ends, text.rmsNormEps())) {
        return floats(wanted);
      }
    }
  }

  private float[] floats(Torch.Value x) {
    try (Torch.Value host = torch.call("floats", x)) {
      return host.toFloats(torch);
    }
  }

  /** Weighted sums of hidden states [n, D], one for each n weights. */
  Torch.Value sums(Torch.Value x, float[] share, int n) {
    try (Torch.Value weights = torch.tensor(share, like, share.length / n, n)) {
      return torch.call("sums", x, weights);
    }
  }

  /** Rotated keys of a layer in consecutive slots [count, heads x head_dim]. */
  float[] keys(KvCache cache, int layer, int firstSlot, int count) {
    try (Torch.Value keys =
        torch.call("keys", cache.slots(), layer - cache.from(), firstSlot, count)) {
      return keys.toFloats(torch);
    }
  }

  /** The same on the device, head by head. */
  Torch.Value cachedKeys(KvCache cache, int layer, int firstSlot, int count) {
    return torch.call("cached_keys", cache.slots(), layer - cache.from(), firstSlot, count);
  }

  /**
   * Rotated keys that a layer would compute of some rows, head by head.
   *
   * @param x the rows' hidden states, the layer's input
   * @param ropeLength as {@link Rows#ropeLength}
   */
  Torch.Value keysAhead(Torch.Value x, int layer, int[] positions, int ropeLength) {
    try (Torch.Value frequencies = frequencies(ropeLength)) {
      return torch.call(
          "keys_ahead",
          x,
          positions,
          frequencies,
          rope.attentionFactor(),
          layers,
          layer,
          text.kvHeads(),
          text.headDim(),
          text.rmsNormEps());
    }
  }

  /** Attention [heads, asking rows, slots]. */
  Torch.Value attention(
      CutAttention.Asking asking, int layer, List<Torch.Value> keys, int[] segments) {
    try (Torch.Value frequencies = frequencies(asking.ropeLength())) {
      return torch.call(
          "attention",
          asking.x(),
          asking.positions(),
          frequencies,
          rope.attentionFactor(),
          layers,
          layer,
          keys,
          segments,
          asking.segments(),
          asking.slots(),
          text.heads(),
          text.kvHeads(),
          text.headDim(),
          text.rmsNormEps());
    }
  }

  /** Attention to consecutive slots, mean over the heads [asking rows, count]. */
  float[] mean(Torch.Value attention, int firstSlot, int count) {
    try (Torch.Value mean = torch.call("mean_attention", attention, firstSlot, count)) {
      return mean.toFloats(torch);
    }
  }

  /**
   * Attention to consecutive slots, divided by what the rotation alone gives [heads, asking rows,
   * count].
   *
   * @param columns the positions of these slots
   */
  float[] relative(
      CutAttention.Asking asking, Torch.Value attention, int firstSlot, int[] columns) {
    try (Torch.Value frequencies = frequencies(asking.ropeLength());
        Torch.Value relative =
            torch.call(
                "relative_attention",
                attention,
                firstSlot,
                columns.length,
                asking.positions(),
                columns,
                frequencies,
                rope.attentionFactor(),
                text.headDim())) {
      return relative.toFloats(torch);
    }
  }

  /**
   * Attention of the mean query of some rows to the key of each, before the rotation.
   *
   * @param x their hidden states, the layer's input
   */
  float[] meanQueryAttention(Torch.Value x, int layer) {
    try (Torch.Value attention =
        torch.call(
            "mean_query_attention",
            x,
            layers,
            layer,
            text.heads(),
            text.kvHeads(),
            text.headDim(),
            text.rmsNormEps())) {
      return attention.toFloats(torch);
    }
  }

  /** Cosines of all pairs of keys [kv heads, n, head_dim], heads side by side. */
  float[] keyCosines(Torch.Value keys) {
    try (Torch.Value cosines = torch.call("key_cosines", keys)) {
      return cosines.toFloats(torch);
    }
  }

  /** The work of {@link #keyCosines}. */
  PassWork keyCosinesWork(long keys) {
    return PassWork.flops(cost.keyCosines(keys));
  }

  /** How much each row of a text is like the visual tokens. */
  float[] relevance(Torch.Value embeddings, Torch.Value visual) {
    try (Torch.Value relevance = torch.call("relevance", embeddings, visual)) {
      return relevance.toFloats(torch);
    }
  }

  /** The work of {@link #relevance}. */
  PassWork relevanceWork(long rows, long visual) {
    return PassWork.flops(cost.relevance(rows, visual));
  }

  /** The work of {@link #relative} beside the attention's. */
  PassWork rotationWork(long rows, long visual) {
    return PassWork.flops(cost.rotation(rows, visual));
  }

  /** The decoder's dimensions. */
  TextConfig config() {
    return text;
  }

  /** fp32 logits [outputs, vocabulary] of these rows. */
  Torch.Value head(Torch.Value x, int[] outputs) {
    return torch.call("head", x, ends, outputs, text.rmsNormEps());
  }

  /** Runs the layers {@code from} to {@code to - 1}. */
  Torch.Value span(Torch.Value x, List<Rows> groups, int from, int to) {
    List<Torch.Value> slots = new ArrayList<>();
    List<int[]> segments = new ArrayList<>();
    for (Rows group : groups) {
      slots.add(group.cache().slots());
      segments.add(group.plain() ? new int[0] : group.cache().segments());
    }
    int[] positions = groups.stream().flatMapToInt(g -> IntStream.of(g.positions())).toArray();
    int[] weighed = new int[slots.size()];
    int sizes = 0;
    for (int g = 0; g < weighed.length; g++) {
      KvCache cache = groups.get(g).cache();
      weighed[g] = cache.weighed() ? sizes : -1;
      sizes += cache.weighed() ? cache.used() : 0;
    }
    List<Torch.Value> logSizes = logSizes(groups);
    try (Torch.Value frequencies = frequencies(groups)) {
      return torch.call(
          "span",
          x,
          positions,
          frequencies,
          rope.attentionFactor(),
          layers,
          slots,
          groups.stream().mapToInt(group -> group.cache().from()).toArray(),
          groups.stream().mapToInt(Rows::count).toArray(),
          groups.stream().mapToInt(Rows::past).toArray(),
          segments,
          logSizes,
          weighed,
          from,
          to,
          text.heads(),
          text.kvHeads(),
          text.headDim(),
          text.activation().ordinal(),
          text.rmsNormEps());
    } finally {
      logSizes.forEach(Torch.Value::close);
    }
  }

  // Those of the groups that have any, one behind the other.
  private List<Torch.Value> logSizes(List<Rows> groups) {
    float[] all = new float[0];
    for (Rows group : groups) {
      float[] own = group.cache().logSizes();
      int start = all.length;
      all = Arrays.copyOf(all, start + own.length);
      System.arraycopy(own, 0, all, start, own.length);
    }
    return all.length == 0 ? List.of() : List.of(torch.tensor(all, like, all.length));
  }

  /** Hidden states [rows, D] of all groups' rows before the first layer. */
  Torch.Value embed(List<Passage> groups) {
    int[] ids = groups.stream().flatMapToInt(group -> IntStream.of(group.ids())).toArray();
    IntStream.Builder slots = IntStream.builder();
    List<Torch.Value> visual = new ArrayList<>();
    int start = 0;
    for (Passage group : groups) {
      if (group.visual() != null) {
        slots.add(start + group.visualSlot());
        visual.add(group.visual().rows());
      }
      start += group.ids().length;
    }
    return torch.call("embed", ends, ids, slots.build().toArray(), visual);
  }

  private Torch.Value frequencies(int ropeLength) {
    return torch.tensor(rope.at(ropeLength), like, 1, text.headDim() / 2);
  }

  // One row of frequencies for all groups, unless some group's rotation follows its length.
  private Torch.Value frequencies(List<Rows> groups) {
    int half = text.headDim() / 2;
    if (groups.stream().noneMatch(group -> rope.dependsOn(group.ropeLength()))) {
      return torch.tensor(rope.at(0), like, 1, half);
    }
    int total = groups.stream().mapToInt(Rows::count).sum();
    float[] each = new float[total * half];
    int row = 0;
    for (Rows group : groups) {
      float[] frequencies = rope.at(group.ropeLength());
      for (int i = 0; i < group.count(); i++) {
        System.arraycopy(frequencies, 0, each, half * row++, half);
      }
    }
    return torch.tensor(each, like, total, half);
  }

  @Override
  public void close() {
    systemPrompts.close();
    like.close();
    ends.close();
    layers.close();
  }
}
