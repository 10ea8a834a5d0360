package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Layers whose attention runs on each group's own cache, so nothing is padded. */
final class GroupLayers implements DecoderLayers {

  private final Torch torch;
  private final TextConfig text;
  private final Torch.Value weights;
  private final Torch.Value like;
  private final DecoderScript script;

  /**
   * @param weights are closed with the layers
   */
  GroupLayers(
      Torch torch, TextConfig text, Torch.Value weights, Torch.Value like, DecoderScript script) {
    this.torch = torch;
    this.text = text;
    this.weights = weights;
    this.like = like;
    this.script = script;
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
    lists.add(groups.stream().flatMapToInt(g -> IntStream.of(g.positions())).toArray());
    for (Rows group : groups) {
      lists.add(group.plain() ? new int[0] : group.cache().segments(group.end()));
      lists.add(group.cache().sizes(group.end()));
    }
    return lists;
  }

  @Override
  public Torch.Value span(Torch.Value x, PassIndex index, List<Rows> groups, int from, int to) {
    return script.callAt(
        groups,
        "span",
        x,
        index.lists(),
        index.span(from),
        weights,
        groups.stream().map(group -> ((GroupCache) group.cache()).slots()).toList(),
        groups.stream().mapToInt(group -> group.cache().from()).toArray(),
        groups.stream().mapToInt(Rows::count).toArray(),
        groups.stream().mapToInt(Rows::past).toArray(),
        from,
        to,
        text.heads().width(),
        text.mlp().activation().ordinal(),
        text.normEps());
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

  /** A cache in a tensor of its own [2, layers, kv heads, slots, head_dim]. */
  private static final class GroupCache extends KvCache {

    // Room for a few decoding steps: the cache then grows rarely and holds little too much.
    private static final int SPARE_SLOTS = 64;

    private final Torch torch;
    private final Torch.Value like;
    private Torch.Value slots;
    private int capacity;

    /**
     * @param from first layer
     * @param to layer after the last
     * @param expected slots to make room for
     */
    GroupCache(Torch torch, TextConfig text, int from, int to, int expected, Torch.Value like) {
      super(from, to, expected);
      this.torch = torch;
      this.like = like;
      this.capacity = expected + SPARE_SLOTS;
      this.slots =
          torch.call("cache", to - from, text.heads().keys(), capacity, text.heads().width(), like);
    }

    @Override
    public void takeRoom(int[] rowSegments) {
      int needed = used() + rowSegments.length;
      if (needed > capacity) {
        int wider = needed + Math.max(SPARE_SLOTS, needed / 4);
        Torch.Value grown = torch.call("grow", slots, used(), wider);
        slots.close();
        slots = grown;
        capacity = wider;
      }
    }

    /** Slots are taken as rows come. */
    @Override
    public void reserve(int segment, int slots, KvCache beside) {}

    @Override
    void forget(int[] last) {}

    @Override
    void give(int segment) {}

    @Override
    void move(int[] from, int to) {
      try (Torch.Value lists = torch.indices(List.of(from), like)) {
        torch.call("close_up", slots, lists, to).close();
      }
    }

    @Override
    public void copySlots(KvCache prefix, int count) {
      torch.call("restore", slots, ((GroupCache) prefix).slots, count, from(), to()).close();
    }

    @Override
    public Torch.Value keys(int layer, int firstSlot, int count) {
      return torch.call("cached_keys", slots, layer - from(), firstSlot, count);
    }

    Torch.Value slots() {
      return slots;
    }

    @Override
    public void close() {
      slots.close();
    }
  }
}
