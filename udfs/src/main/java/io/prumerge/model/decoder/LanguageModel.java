package io.prumerge.model.decoder;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TextConfig;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The decoder: one pass over the new rows of several sequence groups. All groups' rows are one
 * matrix in every linear layer; attention runs on their caches as {@link DecoderLayers} has it.
 */
public class LanguageModel implements AutoCloseable {

  private final Torch torch;
  private final TextConfig text;
  private final DecoderWeights weights;
  private final int levels;
  private final DecoderParts parts;
  private final Torch.Value ends;
  private final DecoderLayers stack;
  private final Optional<CrossLayers> cross;
  private final PackedCopy packed;
  private final Torch.Value like;
  private final DecoderScript script;
  private final SystemPrompts systemPrompts = new SystemPrompts();
  private final DecoderEvidence evidence;

  /**
   * @param plan where its caches are; a pool of them is to be reserved before the first pass
   */
  public LanguageModel(Torch torch, LlavaConfig config, TensorLoader loader, CachePlan plan) {
    this.torch = torch;
    this.text = config.text();
    this.weights = config.decoder();
    this.levels = config.levels();
    this.ends = loader.struct(weights.ends());
    this.like = loader.made(weights.function("like"), ends);
    Torch.Value layers =
        loader.structs(IntStream.range(0, weights.layers()).mapToObj(weights::layer).toList());
    Optional<RopeFrequencies> rope =
        text.positions().rope().map(turns -> new RopeFrequencies(torch, text, like));
    rope.ifPresent(turns -> loader.keep(turns.ordinary()));
    this.script = new DecoderScript(torch, weights, rope);
    this.parts = new DecoderParts(torch, text, ends, layers, like, rope);
    this.packed = new PackedCopy(script, ends, layers, plan);
    this.stack =
        plan.pooled()
            ? new PooledLayers(
                torch,
                text,
                layers,
                loader.made(weights.function("join"), layers),
                like,
                script,
                plan.flash())
            : new GroupLayers(torch, text, layers, packed, like, script, !loader.device().isGpu());
    this.cross =
        weights
            .cross()
            .map(
                blocks ->
                    new CrossLayers(
                        torch,
                        text,
                        blocks,
                        config.family().cross().orElseThrow().endToken(),
                        loader.structs(blocks.blocks())));
    this.evidence = new DecoderEvidence(torch, config, ends, layers, like, script);
  }

  /** Returns the functions that compute evidence for cuts; a test may meter them. */
  public DecoderEvidence evidence() {
    return evidence;
  }

  /** Returns the weights on the device and the dimensions, for work that is no pass. */
  public DecoderParts parts() {
    return parts;
  }

  /** Returns whether rope depends on the length of a sequence of {@code positions} positions. */
  public boolean followsLength(int positions) {
    return script.followsLength(positions);
  }

  /** Returns a group's M-RoPE axes; empty where positions are single numbers. */
  public Optional<RopeAxes> axes(PromptGroup group) {
    return text.threePartPositions() ? Optional.of(group.axes()) : Optional.empty();
  }

  /** Returns a group's cross-attention to images; empty where images are rows of the sequence. */
  public Optional<ImageSight> sight(PromptGroup group) {
    return cross.map(layers -> layers.sight(group));
  }

  /** Returns the cross-attention of a text without images; empty where images are rows. */
  Optional<ImageSight> sightOfText() {
    return cross.map(CrossLayers::none);
  }

  /**
   * Copies a system prompt's keys and values into an empty cache.
   *
   * @return the work for it: none but for the first sequence that begins with this text
   */
  public PassWork copySystemPrompt(KvCache cache, int[] ids) {
    return systemPrompts.copyTo(cache, ids, this);
  }

  /** Returns the number of logits of one position. */
  public int vocabulary() {
    return text.vocabSize();
  }

  /** Returns the number of layers. */
  public int layers() {
    return text.layers();
  }

  /** Returns the decoder's dimensions. */
  public TextConfig config() {
    return text;
  }

  /** Returns the layers with their KV caches. */
  public final DecoderLayers stack() {
    return stack;
  }

  /**
   * Returns a pass of the rows of all groups, whose slots in the groups' caches are taken already.
   */
  public LayerPass pass(List<Passage> groups, ChoiceRules rules) {
    return new LayerPass(torch, this, groups, rules);
  }

  /** Returns the fp32 logits [all outputs, vocabulary] of such a pass, group by group. */
  public final Torch.Value logits(List<Passage> groups) {
    try (LayerPass pass = pass(groups, ChoiceRules.NONE)) {
      return pass.run();
    }
  }

  /** Lists of whole numbers on the device, in one copy. */
  public final Torch.Value indices(List<int[]> lists) {
    return torch.indices(lists, like);
  }

  /**
   * Returns how many numbers a row has before a layer: its hidden state's, and those of each level
   * that this layer and later ones add. All rows have them, those of text zeros, so that rows of
   * several passes may stand together, and what drops or sums rows does so on all levels.
   */
  public int width(int layer) {
    return text.hiddenSize() * Math.max(1, levels - layer);
  }

  /** Returns hidden states [rows, D] of rows, without the levels after them. */
  final Torch.Value hidden(Torch.Value x) {
    return torch.call("first_columns", x, text.hiddenSize());
  }

  /** Returns rows [rows, width] of all groups before the first layer. */
  final Torch.Value embed(List<Passage> groups, PassIndex index) {
    IntStream.Builder slots = IntStream.builder();
    List<Torch.Value> visual = new ArrayList<>();
    List<Torch.Value> parts = new ArrayList<>();
    Torch.Value x;
    try {
      int start = 0;
      for (Passage group : groups) {
        if (cross.isEmpty()) {
          for (int slot : group.visualSlots()) {
            slots.add(start + slot);
          }
          visual.addAll(runs(group, parts));
        }
        start += group.ids().length;
      }
      int[] at = slots.build().toArray();
      x =
          levels == 1
              ? script.call("embed", ends, index.lists(), PassIndex.BEGINNING, at, visual)
              : embedLevels(index, at, visual);
    } finally {
      parts.forEach(Torch.Value::close);
    }
    if (weights.rotary()) {
      return x;
    }
    try (x) {
      return script.call("place", x, ends, index.lists(), index.span(0));
    }
  }

  private Torch.Value embedLevels(PassIndex index, int[] slots, List<Torch.Value> visual) {
    List<Torch.Value> none = List.of();
    try (Torch.Value text =
            script.call("embed", ends, index.lists(), PassIndex.BEGINNING, new int[0], none);
        Torch.Value wide = torch.call("widened", text, width(0))) {
      return torch.call("with_visual", wide, slots, visual);
    }
  }

  // The rows of each run; views of these, which are to be closed, where there are several.
  private List<Torch.Value> runs(Passage group, List<Torch.Value> parts) {
    if (group.visualSlots().length == 0) {
      return List.of();
    }
    ProjectedTokens visual = group.visual();
    if (visual.runs().size() == 1) {
      return List.of(visual.rows());
    }
    List<Torch.Value> runs = new ArrayList<>();
    int first = 0;
    for (int tokens : visual.runs()) {
      runs.add(torch.call("between", visual.rows(), first, first + tokens));
      parts.add(runs.get(runs.size() - 1));
      first += tokens;
    }
    return runs;
  }

  /** As {@link DecoderLayers#span}. */
  Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    return cross.isEmpty()
        ? stack.span(x, index, groups, from, to)
        : cross.get().span(stack, x, index, groups, from, to);
  }

  /** Returns the embeddings [tokens, D] of token ids, without their positions. */
  public Torch.Value embeddings(int[] ids) {
    try (Torch.Value lists = indices(List.of(ids))) {
      return script.call("embed", ends, lists, 0, new int[0], List.<Torch.Value>of());
    }
  }

  /** Returns the fp32 logits [outputs, vocabulary] of the last layer's hidden states. */
  Torch.Value head(Torch.Value x) {
    return script.call("head", x, ends, packed.head(), text.normEps());
  }

  /** Makes the weights' second copy, where the plan has one, before the first pass wants it. */
  public void pack() {
    packed.layers();
    packed.head();
  }

  @Override
  public void close() {
    systemPrompts.close();
    script.close();
    like.close();
    ends.close();
    packed.close();
    cross.ifPresent(CrossLayers::close);
    stack.close();
  }
}
