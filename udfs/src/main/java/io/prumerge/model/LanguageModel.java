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
  private final DecoderEvidence evidence;

  LanguageModel(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.text = config.text();
    LlamaWeights weights = config.decoder();
    this.ends = loader.struct(weights.ends());
    this.layers =
        loader.structs(IntStream.range(0, weights.layers()).mapToObj(weights::layer).toList());
    this.like = loader.like("decoder_like", ends);
    this.rope = new RopeFrequencies(torch, text, like);
    this.systemPrompts = new SystemPrompts(this);
    this.evidence = evidence(new DecoderEvidence(torch, config, ends, layers, like, rope));
  }

  /** The evidence that cuts go by; a test may meter it. */
  DecoderEvidence evidence(DecoderEvidence ofThese) {
    return ofThese;
  }

  /** What cuts go by. */
  final DecoderEvidence evidence() {
    return evidence;
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

  /** The decoder's dimensions. */
  TextConfig config() {
    return text;
  }

  /**
   * An empty cache over the layers {@code from} to {@code to - 1} with room for so many positions.
   */
  KvCache newCache(int from, int to, int positions) {
    return new KvCache(torch, text, from, to, positions, like);
  }

  /** A pass of the rows of all groups, whose slots in the groups' caches are taken already. */
  LayerPass pass(List<Passage> groups, BannedIds banned) {
    return new LayerPass(torch, this, groups, banned);
  }

  /** fp32 logits [all outputs, vocabulary] of such a pass, group by group. */
  final Torch.Value logits(List<Passage> groups) {
    try (LayerPass pass = pass(groups, BannedIds.NONE)) {
      return pass.run();
    }
  }

  /** Lists of whole numbers on the device, in one copy. */
  final Torch.Value indices(List<int[]> lists) {
    return torch.indices(lists, like);
  }

  /** The lists that {@link #span} wants of the rows of all groups. */
  final List<int[]> lists(List<Rows> groups) {
    List<int[]> lists = new ArrayList<>();
    lists.add(groups.stream().flatMapToInt(g -> IntStream.of(g.positions())).toArray());
    groups.forEach(group -> lists.add(group.plain() ? new int[0] : group.cache().segments()));
    return lists;
  }

  /** Hidden states [rows, D] of all groups' rows before the first layer. */
  final Torch.Value embed(List<Passage> groups, PassIndex index) {
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
    int[] at = slots.build().toArray();
    return torch.call("embed", ends, index.lists(), PassIndex.BEGINNING, at, visual);
  }

  /** Runs the layers {@code from} to {@code to - 1}. */
  Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    return rope.with(
        groups,
        frequencies ->
            torch.call(
                "span",
                x,
                index.lists(),
                index.span(from),
                frequencies,
                rope.attentionFactor(),
                layers,
                groups.stream().map(group -> group.cache().slots()).toList(),
                groups.stream().mapToInt(group -> group.cache().from()).toArray(),
                groups.stream().mapToInt(Rows::count).toArray(),
                groups.stream().mapToInt(Rows::past).toArray(),
                from,
                to,
                text.heads(),
                text.kvHeads(),
                text.headDim(),
                text.activation().ordinal(),
                text.rmsNormEps()));
  }

  /** fp32 logits [outputs, vocabulary] of the pass's outputs. */
  Torch.Value head(Torch.Value x, PassIndex index) {
    return torch.call("head", x, ends, index.lists(), PassIndex.OUTPUTS, text.rmsNormEps());
  }

  @Override
  public void close() {
    systemPrompts.close();
    rope.close();
    like.close();
    ends.close();
    layers.close();
  }
}
