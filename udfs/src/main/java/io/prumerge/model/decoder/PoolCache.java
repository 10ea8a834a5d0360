package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A cache in a {@link SlotPool}: a range of slots for the prefix, and one for each question, as
 * long as it may become. Caches of other layers have the same ranges.
 */
final class PoolCache extends KvCache {

  private final Torch torch;
  private final SlotPool pool;
  private final boolean alone;
  private final Torch.Value like;
  private final Map<Integer, Range> ranges = new TreeMap<>();
  private int[] places; // of each slot: which one it is in its segment's range

  /** Consecutive slots that caches of different layers have together. */
  private static final class Block {
    private final int start;
    private final int count;
    private int holders;

    Block(int start, int count) {
      this.start = start;
      this.count = count;
    }
  }

  /** The slots of one segment. */
  private static final class Range {
    private final Block block;
    private final int capacity;
    private int used;

    Range(Block block, int capacity) {
      this.block = block;
      this.capacity = capacity;
      block.holders++;
    }
  }

  /**
   * @param alone whether nothing else is in the pool, which is closed with the cache
   */
  PoolCache(
      Torch torch, SlotPool pool, boolean alone, Torch.Value like, int from, int to, int expected) {
    super(from, to, expected);
    this.torch = torch;
    this.pool = pool;
    this.alone = alone;
    this.like = like;
    this.places = new int[expected];
  }

  @Override
  public void reserve(int segment, int slots, KvCache sameSlotsAs) {
    Block taken =
        sameSlotsAs == null
            ? new Block(pool.take(slots), slots)
            : ((PoolCache) sameSlotsAs).ranges.get(segment).block;
    ranges.put(segment, new Range(taken, slots));
  }

  @Override
  public void takeRoom(int[] rowSegments) {
    int needed = used() + rowSegments.length;
    if (needed > places.length) {
      places = Arrays.copyOf(places, needed + needed / 4);
    }
    for (int row = 0; row < rowSegments.length; row++) {
      Range range = ranges.get(rowSegments[row]);
      if (range.used == range.capacity) {
        throw new IllegalStateException("More rows than the " + range.capacity + " slots booked");
      }
      places[used() + row] = range.used++;
    }
  }

  @Override
  void forget(int[] last) {
    for (int segment : last) {
      ranges.get(segment).used--;
    }
  }

  @Override
  void free(int segment) {
    Range range = ranges.remove(segment);
    if (range != null && --range.block.holders == 0) {
      pool.free(range.block.start, range.block.count);
    }
  }

  @Override
  public int evictedSlots() {
    return 0;
  }

  @Override
  void move(int[] slots, int to) {
    for (int i = 0; i < slots.length; i++) {
      places[to + i] = places[slots[i]];
    }
  }

  @Override
  public void copySlots(KvCache prefix, int count, boolean stays) {
    PoolCache source = (PoolCache) prefix;
    pool.copy(source.pool, source.start(PREFIX), start(PREFIX), count, from(), to(), stays);
  }

  @Override
  void takeSlots(KvCache source, int[] from) {
    PoolCache theirs = (PoolCache) source;
    int[] segments = source.segments(source.used()); // some of questions that left
    int[] places =
        IntStream.of(from)
            .map(slot -> theirs.start(segments[slot]) + theirs.places[slot])
            .toArray();
    try (Torch.Value lists = torch.indices(List.of(places, slots(0, from.length)), like)) {
      torch.call("take_slots", pool.slots(), lists, from(), to()).close();
    }
  }

  @Override
  public Torch.Value keys(int layer, int firstSlot, int count) {
    return pooled(KEYS, layer, firstSlot, count);
  }

  @Override
  public Torch.Value values(int layer, int firstSlot, int count) {
    return pooled(VALUES, layer, firstSlot, count);
  }

  private Torch.Value pooled(int kind, int layer, int firstSlot, int count) {
    int[] slots = slots(firstSlot, count);
    try (Torch.Value lists = torch.indices(List.of(slots), like)) {
      return torch.call("pooled", pool.slots(), kind, layer, lists);
    }
  }

  /** Returns where consecutive slots of this cache are in the pool. */
  int[] slots(int firstSlot, int count) {
    int[] segments = segments(firstSlot + count);
    return IntStream.range(firstSlot, firstSlot + count)
        .map(slot -> start(segments[slot]) + places[slot])
        .toArray();
  }

  /**
   * Returns of the first slots, without those of questions that left: where they are in the pool,
   * their segments, and how many tokens they count for.
   */
  List<int[]> weighed(int count) {
    int[] segments = segments(count);
    int[] counts = tokenCounts(count);
    int[] there =
        IntStream.range(0, count).filter(slot -> ranges.containsKey(segments[slot])).toArray();
    return List.of(
        IntStream.of(there).map(slot -> start(segments[slot]) + places[slot]).toArray(),
        IntStream.of(there).map(slot -> segments[slot]).toArray(),
        IntStream.of(there).map(slot -> counts[slot]).toArray());
  }

  /** Returns the pool that the ranges are in. */
  SlotPool pool() {
    return pool;
  }

  /** Returns the first slot of a segment's range. */
  int start(int segment) {
    return ranges.get(segment).block.start;
  }

  /** Returns the used slots of a segment's range. */
  int used(int segment) {
    Range range = ranges.get(segment);
    return range == null ? 0 : range.used;
  }

  @Override
  public void close() {
    List.copyOf(ranges.keySet()).forEach(this::free);
    if (alone) {
      pool.close();
    }
  }
}
