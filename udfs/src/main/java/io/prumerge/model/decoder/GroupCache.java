package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.Torch;
import java.util.List;

/** A cache in a tensor of its own [2, layers, kv heads, slots, head_dim]. */
final class GroupCache extends KvCache {

  // Room for a few decoding steps: the cache then grows rarely and holds little too much.
  private static final int SPARE_SLOTS = 64;

  private final Torch torch;
  private final Torch.Value like;
  private Torch.Value slots;
  private int capacity;

  /**
   * @param from first layer
   * @param to layer after the last
   * @param expected slots to reserve
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
  public void reserve(int segment, int slots, KvCache sameSlotsAs) {}

  @Override
  void forget(int[] last) {}

  @Override
  void free(int segment) {}

  @Override
  void move(int[] from, int to) {
    try (Torch.Value lists = torch.indices(List.of(from), like)) {
      torch.call("take", slots, slots, lists, to).close();
    }
  }

  @Override
  public void copySlots(KvCache prefix, int count, boolean stays) {
    torch.call("restore", slots, ((GroupCache) prefix).slots, count, from(), to()).close();
  }

  @Override
  void takeSlots(KvCache source, int[] from) {
    try (Torch.Value lists = torch.indices(List.of(from), like)) {
      torch.call("take", slots, ((GroupCache) source).slots, lists, 0).close();
    }
  }

  @Override
  public Torch.Value keys(int layer, int firstSlot, int count) {
    return torch.call("cached", slots, KEYS, layer - from(), firstSlot, count);
  }

  @Override
  public Torch.Value values(int layer, int firstSlot, int count) {
    return torch.call("cached", slots, VALUES, layer - from(), firstSlot, count);
  }

  Torch.Value slots() {
    return slots;
  }

  @Override
  public void close() {
    slots.close();
  }
}
