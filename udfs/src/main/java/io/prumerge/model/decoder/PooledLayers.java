package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.stream.IntStream;

/** Layers that launch as many kernels for many groups as for one: their caches are one pool. */
final class PooledLayers implements DecoderLayers {

  private final Torch torch;
  private final TextConfig text;
  private final Torch.Value weights;
  private final Torch.Value joined;
  private final Torch.Value like;
  private final DecoderScript script;
  private final boolean flash;
  private int most;
  private SlotPool pool;

  /**
   * @param weights views of the joined ones; both are closed with the layers
   * @param flash whether attention is the GPU's kernel
   */
  PooledLayers(
      Torch torch,
      TextConfig text,
      Torch.Value weights,
      Torch.Value joined,
      Torch.Value like,
      DecoderScript script,
      boolean flash) {
    this.torch = torch;
    this.text = text;
    this.weights = weights;
    this.joined = joined;
    this.like = like;
    this.script = script;
    this.flash = flash;
  }

  @Override
  public void limit(long slots) {
    most = (int) Math.min(slots, Integer.MAX_VALUE);
  }

  /** Number of slots that no cache has. */
  int free() {
    return pool().free();
  }

  // Made with the first cache: who trains or explains needs none.
  private synchronized SlotPool pool() {
    if (pool == null) {
      pool = new SlotPool(torch, text, most, like);
    }
    return pool;
  }

  @Override
  public KvCache newCache(int from, int to, int expected) {
    return new PoolCache(torch, pool(), false, like, from, to, expected);
  }

  @Override
  public KvCache cacheAlone(int slots) {
    SlotPool own = new SlotPool(torch, text, slots, like);
    KvCache cache = new PoolCache(torch, own, true, like, 0, text.layers(), slots);
    cache.reserve(KvCache.PREFIX, slots, null);
    return cache;
  }

  @Override
  public List<int[]> lists(List<Rows> groups) {
    PooledSequences sequences = PooledSequences.of(groups);
    return List.of(
        groups.stream().flatMapToInt(g -> IntStream.of(g.positions())).toArray(),
        groups.stream()
            .flatMapToInt(g -> IntStream.of(((PoolCache) g.cache()).slots(g.past(), g.count())))
            .toArray(),
        sequences.behindShared(),
        sequences.numbers());
  }

  @Override
  public Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    PooledSequences sequences = PooledSequences.of(groups);
    return script.callAt(
        groups,
        "pooled_span",
        x,
        index.lists(),
        index.span(from),
        weights,
        joined,
        ((PoolCache) groups.get(0).cache()).pool().slots(), // the same for all
        sequences.own(),
        sequences.shared(),
        from,
        to,
        text.heads(),
        text.kvHeads(),
        text.headDim(),
        text.activation().ordinal(),
        text.normEps(),
        flash);
  }

  @Override
  public Torch.Value weights() {
    return weights;
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.close();
    }
    joined.close();
    weights.close();
  }
}
