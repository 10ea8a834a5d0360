package io.prumerge.model;

import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.TextConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The Llama decoder: one pass over the new rows of several sequence groups. All groups' rows are
 * one matrix in every linear layer; attention runs on each group's own cache, so nothing is padded.
 */
class LanguageModel implements AutoCloseable {

  private final Torch torch;
  private final TextConfig text;
  private final Torch.Value weights;
  private final RopeFrequencies rope;
  private final SystemPrompts systemPrompts;

  LanguageModel(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.text = config.text();
    this.weights = loader.list(TensorNames.language(config));
    this.rope = new RopeFrequencies(torch, text);
    this.systemPrompts = new SystemPrompts(torch, this);
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

  KvCache newCache(int expectedSlots) {
    return new KvCache(torch, text, expectedSlots, weights);
  }

  /**
   * Runs the rows of all groups and appends them to the groups' caches.
   *
   * @return fp32 logits [all outputs, vocabulary], group by group
   */
  Torch.Value forward(List<Rows> groups) {
    List<Torch.Value> embedded = new ArrayList<>();
    List<Torch.Value> caches = new ArrayList<>();
    List<int[]> segments = new ArrayList<>();
    int[] rows = new int[groups.size()];
    int[] past = new int[groups.size()];
    int total = groups.stream().mapToInt(Rows::count).sum();
    int[] positions = new int[total];
    int[] outputs = new int[groups.stream().mapToInt(group -> group.outputs().length).sum()];
    int start = 0;
    int output = 0;
    try {
      for (int g = 0; g < rows.length; g++) {
        Rows group = groups.get(g);
        rows[g] = group.count();
        past[g] = group.cache().used();
        group.cache().append(group.segments());
        embedded.add(embed(group));
        caches.add(group.cache().slots());
        segments.add(group.plain(past[g]) ? new int[0] : group.cache().segments());
        System.arraycopy(group.positions(), 0, positions, start, rows[g]);
        for (int row : group.outputs()) {
          outputs[output++] = start + row;
        }
        start += rows[g];
      }
      try (Torch.Value x = torch.call("concat", embedded);
          Torch.Value frequencies = frequencies(groups, total)) {
        return torch.call(
            "forward",
            x,
            positions,
            frequencies,
            rope.attentionFactor(),
            weights,
            caches,
            rows,
            past,
            segments,
            outputs,
            text.layers(),
            text.heads(),
            text.kvHeads(),
            text.headDim(),
            text.attentionBias(),
            text.mlpBias(),
            text.activation().ordinal(),
            text.rmsNormEps());
      }
    } finally {
      embedded.forEach(Torch.Value::close);
    }
  }

  private Torch.Value embed(Rows group) {
    List<Torch.Value> visual = group.visual() == null ? List.of() : List.of(group.visual().rows());
    return torch.call("embed", weights, group.ids(), group.visualSlot(), visual);
  }

  // One row of frequencies for everybody, unless some group's rotation follows its length.
  private Torch.Value frequencies(List<Rows> groups, int total) {
    int half = text.headDim() / 2;
    if (groups.stream().noneMatch(group -> rope.dependsOn(group.ropeLength()))) {
      return torch.tensor(rope.at(0), weights, 1, half);
    }
    float[] each = new float[total * half];
    int row = 0;
    for (Rows group : groups) {
      float[] frequencies = rope.at(group.ropeLength());
      for (int i = 0; i < group.count(); i++) {
        System.arraycopy(frequencies, 0, each, half * row++, half);
      }
    }
    return torch.tensor(each, weights, total, half);
  }

  @Override
  public void close() {
    systemPrompts.close();
    weights.close();
  }
}
