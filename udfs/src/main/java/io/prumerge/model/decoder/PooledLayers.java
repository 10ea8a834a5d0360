package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.KernelCall;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Layers that launch as many kernels for many groups as for one: their caches are one pool.
 *
 * <p>A step's launches are not captured as a CUDA graph: neither TorchScript nor DJL's library can.
 * It would take a C++ library over {@code at::cuda::CUDAGraph}, compiled for each libtorch; a
 * stream other than the default one, on which all threads work; a pass's numbers at fixed
 * addresses; and a graph for each number of rows and each bound of slots, which the attention's
 * kernel takes from the host.
 */
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

  /** Returns the number of slots that no cache has. */
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
    List<int[]> lists = new ArrayList<>();
    lists.add(groups.stream().flatMapToInt(g -> IntStream.of(g.ropePositions())).toArray());
    lists.add(
        groups.stream()
            .flatMapToInt(g -> IntStream.of(((PoolCache) g.cache()).slots(g.past(), g.count())))
            .toArray());
    lists.add(sequences.afterShared());
    lists.add(sequences.numbers());
    for (Rows group : groups) {
      if (group.cache().hasTokenCounts()) {
        lists.addAll(((PoolCache) group.cache()).weighed(group.end()));
      }
    }
    return lists;
  }

  // The first row and the number of rows of each group whose slots count for several tokens.
  private static int[] weighed(List<Rows> groups) {
    IntStream.Builder weighed = IntStream.builder();
    int first = 0;
    for (Rows group : groups) {
      if (group.cache().hasTokenCounts()) {
        weighed.add(first).add(group.count());
      }
      first += group.count();
    }
    return weighed.build().toArray();
  }

  @Override
  public Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    PooledSequences sequences = PooledSequences.of(groups);
    KernelCall kernel =
        script
            .kernel("pooled_span")
            .with("x", x)
            .with("lists", index.lists())
            .with("at", index.span(from))
            .with("layers", weights)
            .with("joined", joined)
            .with("kv_pool", ((PoolCache) groups.get(0).cache()).pool().slots()) // same for all
            .with("own", sequences.own())
            .with("shared", sequences.shared())
            .with("weighed", weighed(groups))
            .with("outputs", index.outputs(groups, to == text.layers()))
            .with("begin", from)
            .with("end", to)
            .with("flash", flash)
            .withAny(LayerDimensions.of(text));
    return script.run(kernel, groups);
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
