package io.prumerge.model.decoder;

import io.prumerge.reduction.ReductionException;
import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A cache in a {@link SlotPool}: a range of slots for the prefix, and one for each question, as
 * long as it may become. Caches of other layers beside it have the same ranges.
 */
final class PoolCache extends KvCache {

  private final Torch torch;
  private final SlotPool pool;
  private final boolean alone;
  private final Torch.Value like;
  private final Map<Integer, Range> ranges = new TreeMap<>();
  private int[] places; // of each slot: which one it is in its segment's range

  /** Consecutive slots of one segment. */
  private static final class Range {
    private final int start;
    private final int capacity;
    private final boolean shared; // another cache gives it back
    private int used;

    Range(int start, int capacity, boolean shared) {
      this.start = start;
      this.capacity = capacity;
      this.shared = shared;
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
  public void reserve(int segment, int slots, KvCache beside) {
    Range taken =
        beside == null
            ? new Range(pool.take(slots), slots, false)
            : new Range(((PoolCache) beside).start(segment), slots, true);
    ranges.put(segment, taken);
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
  void give(int segment) {
    Range range = ranges.remove(segment);
    if (range != null && !range.shared) {
      pool.give(range.start, range.capacity);
    }
  }

  @Override
  public int deadSlots() {
    return 0;
  }

  @Override
  void move(int[] slots, int to) {
    for (int i = 0; i < slots.length; i++) {
      places[to + i] = places[slots[i]];
    }
  }

  @Override
  public void copySlots(KvCache prefix, int count) {
    PoolCache source = (PoolCache) prefix;
    pool.copy(source.pool, source.start(PREFIX), start(PREFIX), count, from(), to());
  }

  /** The attention of a GPU takes no weights. */
  @Override
  public void weigh(int firstSlot, int[] counts) {
    throw new ReductionException(
        "Cannot let tokens count for several on this device: its attention kernel has no weights."
            + " On a GPU such methods run in fp32");
  }

  @Override
  public Torch.Value keys(int layer, int firstSlot, int count) {
    int[] slots = slots(firstSlot, count);
    try (Torch.Value lists = torch.indices(List.of(slots), like)) {
      return torch.call("pooled_keys", pool.slots(), layer, lists);
    }
  }

  /** Returns where consecutive slots of this cache are in the pool. */
  int[] slots(int firstSlot, int count) {
    int[] segments = segments(firstSlot + count);
    return IntStream.range(firstSlot, firstSlot + count)
        .map(slot -> start(segments[slot]) + places[slot])
        .toArray();
  }

  /** Returns the pool that the ranges are in. */
  SlotPool pool() {
    return pool;
  }

  /** Returns the first slot of a segment's range. */
  int start(int segment) {
    return ranges.get(segment).start;
  }

  /** Returns the used slots of a segment's range. */
  int used(int segment) {
    Range range = ranges.get(segment);
    return range == null ? 0 : range.used;
  }

  @Override
  public void close() {
    List.copyOf(ranges.keySet()).forEach(this::give);
    if (alone) {
      pool.close();
    }
  }
}
