package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Layers whose attention runs on each group's own cache, so nothing is padded. */
final class GroupLayers implements DecoderLayers {

  private final Torch torch;
  private final TextConfig text;
  private final Torch.Value weights;
  private final PackedCopy packed;
  private final Torch.Value like;
  private final DecoderScript script;
  private final boolean joins;

  /**
   * @param weights are closed with the layers
   * @param joins as {@link Rows#unmasked} has it
   */
  GroupLayers(
      Torch torch,
      TextConfig text,
      Torch.Value weights,
      PackedCopy packed,
      Torch.Value like,
      DecoderScript script,
      boolean joins) {
    this.torch = torch;
    this.text = text;
    this.weights = weights;
    this.packed = packed;
    this.like = like;
    this.script = script;
    this.joins = joins;
  }

  @Override
  public KvCache newCache(int from, int to, int expected) {
    return new GroupCache(torch, text, from, to, expected, like);
  }

  @Override
  public KvCache cacheAlone(int slots) {
    return newCache(0, text.layers(), slots);
  }

  @Override
  public List<int[]> lists(List<Rows> groups) {
    List<int[]> lists = new ArrayList<>();
    lists.add(groups.stream().flatMapToInt(g -> IntStream.of(g.ropePositions())).toArray());
    for (Rows group : groups) {
      lists.add(
          group.unmasked(joins).isPresent() ? new int[0] : group.cache().segments(group.end()));
      lists.add(group.cache().tokenCounts(group.end()));
    }
    return lists;
  }

  @Override
  public Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    KernelCall kernel =
        script
            .kernel("span")
            .with("x", x)
            .with("lists", index.lists())
            .with("at", index.span(from))
            .with("layers", weights)
            .with("packed_layers", packed.layers())
            .with(
                "caches",
                groups.stream().map(group -> ((GroupCache) group.cache()).slots()).toList())
            .with("first", groups.stream().mapToInt(group -> group.cache().from()).toArray())
            .with("rows", groups.stream().mapToInt(Rows::count).toArray())
            .with("past", groups.stream().mapToInt(Rows::past).toArray())
            .with(
                "lengths",
                groups.stream().map(group -> group.unmasked(joins).orElse(new int[0])).toList())
            .with("outputs", index.outputs(groups, to == text.layers()))
            .with("begin", from)
            .with("end", to)
            .withAny(LayerDimensions.of(text));
    return script.run(kernel, groups);
  }

  @Override
  public Torch.Value weights() {
    return weights;
  }

  @Override
  public void limit(long slots) {}

  @Override
  public void close() {
    weights.close();
  }
}
