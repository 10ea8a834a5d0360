package io.prumerge.model.decoder;

import io.prumerge.reduction.ReductionException;
import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A cache in a {@link SlotPool}: a range of slots for the prefix, and one for each question. A
 * range that is full moves to a longer one.
 */
final class PoolCache extends KvCache {

  // Tokens that a question may make before its range moves.
  private static final int SPARE_SLOTS = 16;

  private final Torch torch;
  private final SlotPool pool;
  private final Torch.Value like;
  private final Map<Integer, Range> ranges = new TreeMap<>();
  private int[] places; // of each slot: which one it is in its segment's range

  /** Consecutive slots of one segment. */
  private static final class Range {
    private int start;
    private int capacity;
    private int used;
  }

  PoolCache(Torch torch, SlotPool pool, Torch.Value like, int from, int to, int expected) {
    super(from, to, expected);
    this.torch = torch;
    this.pool = pool;
    this.like = like;
    this.places = new int[expected];
  }

  @Override
  public void takeRoom(int[] rowSegments) {
    int needed = used() + rowSegments.length;
    if (needed > places.length) {
      places = Arrays.copyOf(places, needed + needed / 4);
    }
    int row = 0;
    while (row < rowSegments.length) {
      int end = row;
      while (end < rowSegments.length && rowSegments[end] == rowSegments[row]) {
        end++;
      }
      Range range = ranges.computeIfAbsent(rowSegments[row], segment -> new Range());
      extend(range, end - row, rowSegments[row] == PREFIX ? 0 : SPARE_SLOTS);
      for (; row < end; row++) {
        places[used() + row] = range.used++;
      }
    }
  }

  private void extend(Range range, int rows, int spare) {
    int needed = range.used + rows;
    if (needed > range.capacity) {
      int wider = needed + Math.max(spare, range.used / 4);
      int start = pool.take(wider);
      if (range.used > 0) {
        pool.move(range.start, start, range.used, from(), to());
      }
      give(range);
      range.start = start;
      range.capacity = wider;
    }
  }

  private void give(Range range) {
    if (range.capacity > 0) {
      pool.give(range.start, range.capacity);
    }
  }

  @Override
  public void copySlots(KvCache prefix, int count) {
    int start = ((PoolCache) prefix).start(PREFIX);
    pool.move(start, start(PREFIX), count, from(), to());
  }

  @Override
  public void truncate(int prefixPositions) {
    super.truncate(prefixPositions);
    ranges.forEach(
        (segment, range) -> {
          if (segment != PREFIX) {
            give(range);
          }
        });
    ranges.keySet().removeIf(segment -> segment != PREFIX);
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

  /** Where consecutive slots of this cache are in the pool. */
  int[] slots(int firstSlot, int count) {
    int[] segments = segments();
    return IntStream.range(firstSlot, firstSlot + count)
        .map(slot -> ranges.get(segments[slot]).start + places[slot])
        .toArray();
  }

  /** The first slot of a segment's range. */
  int start(int segment) {
    return ranges.get(segment).start;
  }

  /** Used slots of a segment's range. */
  int used(int segment) {
    Range range = ranges.get(segment);
    return range == null ? 0 : range.used;
  }

  @Override
  public void close() {
    ranges.values().forEach(this::give);
    ranges.clear();
  }
}
