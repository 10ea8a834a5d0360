package io.prumerge.model;

import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.TextConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

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
    this.weights = loader.list(WeightNames.language(config));
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

  /** An empty cache for a group's sequences, with room for so many positions. */
  KvCache newCache(PromptGroup group, int expectedSlots) {
    int visual = group.visual() == null ? 0 : group.visual().tokens();
    return new KvCache(torch, text, visual, group.cuts(), expectedSlots, weights);
  }

  /** An empty cache for a text of so many positions. */
  KvCache newCache(int positions) {
    return new KvCache(torch, text, 0, List.of(), positions, weights);
  }

  /**
   * Runs the rows of all groups and appends them to the groups' caches. The layers are run span by
   * span: a new one begins where visual tokens of some group stop.
   *
   * @return fp32 logits [all outputs, vocabulary], group by group
   */
  Torch.Value forward(List<Rows> groups) {
    List<SpanRows> left = groups.stream().map(SpanRows::new).toList();
    Torch.Value x = embed(groups);
    try {
      for (LayerSpan span : spans(groups)) {
        if (span.from() > 0) {
          x = replaced(x, torch.call("rows", x, joined(left, group -> group.enter(span.from()))));
        }
        x = replaced(x, run(x, left, span));
      }
      return torch.call("head", x, weights, joined(left, SpanRows::outputs), text.rmsNormEps());
    } finally {
      x.close();
    }
  }

  private static Torch.Value replaced(Torch.Value old, Torch.Value by) {
    old.close();
    return by;
  }

  private List<LayerSpan> spans(List<Rows> groups) {
    int[] starts =
        groups.stream()
            .flatMap(group -> group.cache().spans().stream())
            .mapToInt(cache -> cache.span().from())
            .sorted()
            .distinct()
            .toArray();
    return IntStream.range(0, starts.length)
        .mapToObj(
            i -> new LayerSpan(starts[i], i + 1 < starts.length ? starts[i + 1] : text.layers()))
        .toList();
  }

  // Places in each group's rows as places in all groups' rows.
  private static int[] joined(List<SpanRows> groups, Function<SpanRows, int[]> places) {
    IntStream.Builder all = IntStream.builder();
    int start = 0;
    for (SpanRows group : groups) {
      int rows = group.count();
      for (int place : places.apply(group)) {
        all.add(start + place);
      }
      start += rows;
    }
    return all.build().toArray();
  }

  private Torch.Value run(Torch.Value x, List<SpanRows> groups, LayerSpan span) {
    List<Torch.Value> slots = new ArrayList<>();
    List<int[]> segments = new ArrayList<>();
    int[] first = new int[groups.size()];
    int[] past = new int[groups.size()];
    for (int g = 0; g < past.length; g++) {
      SpanRows group = groups.get(g);
      SpanCache cache = group.cache().at(span.from());
      first[g] = cache.span().from();
      if (first[g] == span.from()) {
        past[g] = cache.used();
        cache.append(group.segments());
      } else {
        past[g] = cache.used() - group.count();
      }
      slots.add(cache.slots());
      segments.add(group.plain(cache, past[g]) ? new int[0] : cache.segments());
    }
    int[] rows = groups.stream().mapToInt(SpanRows::count).toArray();
    int[] positions = groups.stream().flatMapToInt(g -> IntStream.of(g.positions())).toArray();
    try (Torch.Value frequencies = frequencies(groups)) {
      return torch.call(
          "layers",
          x,
          positions,
          frequencies,
          rope.attentionFactor(),
          weights,
          slots,
          first,
          rows,
          past,
          segments,
          span.from(),
          span.to(),
          text.heads(),
          text.kvHeads(),
          text.headDim(),
          text.attentionBias(),
          text.mlpBias(),
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
    return torch.call("embed", weights, group.ids(), group.visualSlot(), visual);
  }

  // One row of frequencies for everybody, unless some group's rotation follows its length.
  private Torch.Value frequencies(List<SpanRows> groups) {
    int half = text.headDim() / 2;
    if (groups.stream().noneMatch(group -> rope.dependsOn(group.ropeLength()))) {
      return torch.tensor(rope.at(0), weights, 1, half);
    }
    int total = groups.stream().mapToInt(SpanRows::count).sum();
    float[] each = new float[total * half];
    int row = 0;
    for (SpanRows group : groups) {
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
