package io.prumerge.model.decoder;

import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Rotated keys and values of one sequence group in consecutive layers, in the order in which its
 * rows came, and the question that each slot belongs to ({@link #PREFIX} = all of them, whose slots
 * are the first). Questions come and go: the slots of those evicted are compacted before others
 * come.
 */
public abstract class KvCache implements AutoCloseable {

  /** Segment of the slots that every question of the group sees. */
  public static final int PREFIX = -1;

  /** The index of the keys in the tensor on the device. */
  static final int KEYS = 0;

  /** The index of the values. */
  static final int VALUES = 1;

  private final int from;
  private final int to;
  private final Set<Integer> evicted = new HashSet<>();
  private int evictedSlots; // slots of these
  private int used;
  private int settled; // of these, those of passes that ran
  private int[] segments;
  private int[] tokenCounts = new int[0]; // of the first slots; the others, and 0, are of size 1
  private Optional<RopeAxes> axes = Optional.empty();
  private Optional<ImageSight> sight = Optional.empty();

  /**
   * @param from first layer
   * @param to layer after the last
   * @param expected slots to reserve
   */
  KvCache(int from, int to, int expected) {
    this.from = from;
    this.to = to;
    this.segments = new int[expected];
  }

  /**
   * Reserves all slots that a segment will ever have.
   *
   * @param sameSlotsAs a cache that has reserved slots for the segment, which this one uses too:
   *     its layers are others, or this one replaces it; null to reserve slots of its own
   * @throws CacheFullException if there is none
   */
  public abstract void reserve(int segment, int slots, KvCache sameSlotsAs);

  /** Sets the M-RoPE axes of the group's positions; empty where rope takes single numbers. */
  public final void setRopeAxes(Optional<RopeAxes> parts) {
    axes = parts;
  }

  /** Sets which images the group's rows cross-attend to; empty if images are in the sequence. */
  public final void setCrossAttention(Optional<ImageSight> images) {
    sight = images;
  }

  /** Returns which images the group's rows cross-attend to; empty if images are in the sequence. */
  final Optional<ImageSight> sight() {
    return sight;
  }

  /** Returns the positions for rope: as they are, or with M-RoPE's three axes of each. */
  public final int[] ropePositions(int[] positions) {
    return axes.map(parts -> parts.of(positions)).orElse(positions);
  }

  /** Announces the next rows' segments; their slots follow the used ones. */
  final void append(int[] rowSegments) {
    takeRoom(rowSegments);
    int needed = used + rowSegments.length;
    if (needed > segments.length) {
      segments = Arrays.copyOf(segments, needed + needed / 4);
    }
    System.arraycopy(rowSegments, 0, segments, used, rowSegments.length);
    used = needed;
  }

  /** Reserves slots on the device for the next rows, of the given segments. */
  abstract void takeRoom(int[] rowSegments);

  /**
   * Takes the first slots from a cache of the same kind over all layers, into an empty one.
   *
   * @param stays whether that cache stays open as long as this one
   */
  final void copy(KvCache prefix, boolean stays) {
    int[] all = new int[prefix.used];
    Arrays.fill(all, PREFIX);
    append(all);
    copySlots(prefix, all.length, stays);
  }

  abstract void copySlots(KvCache prefix, int count, boolean stays);

  /**
   * Takes some slots from a cache over the same layers, which this empty one replaces; it may have
   * reserved the same places, the prefix' first ones.
   */
  public final void take(KvCache source, int[] slots) {
    int[] theirs = source.segments(source.used);
    append(IntStream.of(slots).map(slot -> theirs[slot]).toArray());
    if (source.hasTokenCounts()) {
      int[] all = source.tokenCounts(source.used);
      setTokenCounts(0, IntStream.of(slots).map(slot -> all[slot]).toArray());
    }
    takeSlots(source, slots);
    commit();
  }

  abstract void takeSlots(KvCache source, int[] slots);

  /** Returns the slots of a segment, rising. */
  public final int[] slotsOf(int segment) {
    return IntStream.range(0, used).filter(slot -> segments[slot] == segment).toArray();
  }

  /** Notes that the pass which the last rows were for has run. */
  public final void commit() {
    settled = used;
  }

  /** Forgets the rows of a pass that failed. */
  public final void rollBack() {
    forget(Arrays.copyOfRange(segments, settled, used));
    used = settled;
  }

  /** Releases the last slots, whose segments are {@code last}. */
  abstract void forget(int[] last);

  /** Evicts a question's slots, to which no later row attends; does nothing if it has none. */
  public final void evict(int segment) {
    if (evicted.add(segment)) {
      evictedSlots += slotsOf(segment).length;
    }
    free(segment);
  }

  /** Frees the evicted slots of a segment, if they can be freed alone. */
  abstract void free(int segment);

  /**
   * Returns the number of evicted slots that are free only after {@link #compact} compacts the
   * cache.
   */
  public int evictedSlots() {
    return evictedSlots;
  }

  /** Compacts the cache: moves the slots that stay over the evicted ones. */
  public final void compact() {
    if (evicted.isEmpty()) {
      return;
    }
    int[] staying =
        IntStream.range(0, used).filter(slot -> !evicted.contains(segments[slot])).toArray();
    int first = 0;
    while (first < staying.length && staying[first] == first) {
      first++;
    }
    int[] moving = Arrays.copyOfRange(staying, first, staying.length);
    if (moving.length > 0) {
      move(moving, first);
    }
    for (int i = 0; i < moving.length; i++) {
      segments[first + i] = segments[moving[i]];
    }
    used = staying.length;
    settled = used;
    evicted.clear();
    evictedSlots = 0;
  }

  /** Moves slots, which rise, to consecutive ones at or before the first of them. */
  abstract void move(int[] slots, int to);

  /**
   * Sets how many tokens some slots count for (proportional attention).
   *
   * @param firstSlot of these; slots of other sizes come before it, if at all
   */
  public final void setTokenCounts(int firstSlot, int[] counts) {
    tokenCounts = Arrays.copyOf(tokenCounts, firstSlot + counts.length);
    System.arraycopy(counts, 0, tokenCounts, firstSlot, counts.length);
  }

  /** Returns whether some slots count for more than one token. */
  final boolean hasTokenCounts() {
    return tokenCounts.length > 0;
  }

  /**
   * Returns how many tokens the first slots count for, 0 standing for 1; empty if all count for
   * one.
   */
  final int[] tokenCounts(int slots) {
    return hasTokenCounts() ? Arrays.copyOf(tokenCounts, slots) : tokenCounts;
  }

  /** Returns rotated keys of a layer in consecutive slots [kv heads, count, head_dim]. */
  public abstract Torch.Value keys(int layer, int firstSlot, int count);

  /** Returns values of a layer in consecutive slots [kv heads, count, head_dim]. */
  public abstract Torch.Value values(int layer, int firstSlot, int count);

  /** Returns the first layer. */
  final int from() {
    return from;
  }

  /** Returns the layer after the last. */
  final int to() {
    return to;
  }

  final int used() {
    return used;
  }

  /** Returns the segment of each of the first slots. */
  final int[] segments(int slots) {
    return Arrays.copyOf(segments, slots);
  }

  /** Returns the work of a pass for {@code rows} rows that see every slot. */
  public final PassWork work(int rows) {
    long rowLayers = (long) (to - from) * rows;
    PassWork layers = new PassWork(rowLayers, rowLayers * used, 0);
    return sight.map(images -> layers.plus(images.work(rows))).orElse(layers);
  }

  @Override
  public abstract void close();
}
