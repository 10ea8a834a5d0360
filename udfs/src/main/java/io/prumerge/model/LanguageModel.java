package io.prumerge.model;

import io.prumerge.architecture.LlamaWeights;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.TextConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Llama decoder: one pass over the new rows of several sequence groups. All groups' rows are
 * one matrix in every linear layer; attention runs on each group's own cache, so nothing is padded.
 */
class LanguageModel implements AutoCloseable {

  private final Torch torch;
  private final TextConfig text;
  private final Torch.Value ends;
  private final Torch.Value layers;
  private final Torch.Value like;
  private final RopeFrequencies rope;
  private final SystemPrompts systemPrompts;

  LanguageModel(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.text = config.text();
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

  /** An empty cache with room for so many positions. */
  KvCache newCache(int positions) {
    return new KvCache(torch, text, positions, like);
  }

  /**
   * Runs the rows of all groups and appends them to the groups' caches.
   *
   * @return fp32 logits [all outputs, vocabulary], group by group
   */
  Torch.Value forward(List<Rows> groups) {
    try (Torch.Value embedded = embed(groups);
        Torch.Value hidden = layers(embedded, groups)) {
      return torch.call("head", hidden, ends, outputs(groups), text.rmsNormEps());
    }
  }

  // Outputs of each group as places in all groups' rows.
  private static int[] outputs(List<Rows> groups) {
    IntStream.Builder all = IntStream.builder();
    int start = 0;
    for (Rows group : groups) {
      for (int output : group.outputs()) {
        all.add(start + output);
      }
      start += group.count();
    }
    return all.build().toArray();
  }

  private Torch.Value layers(Torch.Value x, List<Rows> groups) {
    List<Torch.Value> slots = new ArrayList<>();
    List<int[]> segments = new ArrayList<>();
    int[] past = new int[groups.size()];
    for (int g = 0; g < past.length; g++) {
      Rows group = groups.get(g);
      KvCache cache = group.cache();
      past[g] = cache.used();
      cache.append(group.segments());
      slots.add(cache.slots());
      segments.add(group.plain(past[g]) ? new int[0] : cache.segments());
    }
    int[] rows = groups.stream().mapToInt(Rows::count).toArray();
    int[] positions = groups.stream().flatMapToInt(g -> IntStream.of(g.positions())).toArray();
    try (Torch.Value frequencies = frequencies(groups)) {
      return torch.call(
          "span",
          x,
          positions,
          frequencies,
          rope.attentionFactor(),
          layers,
          slots,
          new int[rows.length],
          rows,
          past,
          segments,
          0,
          text.layers(),
          text.heads(),
          text.kvHeads(),
          text.headDim(),
          text.activation().ordinal(),
          text.rmsNormEps());
    }
  }

  private Torch.Value embed(List<Rows> groups) {
    List<Torch.Value> embedded = new ArrayList<>();
    try {
      for (Rows group : groups) {
        embedded.add(embed(group));
      }
      return torch.call("concat", embedded);
    } finally {
      embedded.forEach(Torch.Value::close);
    }
  }

  private Torch.Value embed(Rows group) {
    List<Torch.Value> visual = group.visual() == null ? List.of() : List.of(group.visual().rows());
    return torch.call("embed", ends, group.ids(), group.visualSlot(), visual);
  }

  // One row of frequencies for everybody, unless some group's rotation follows its length.
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
