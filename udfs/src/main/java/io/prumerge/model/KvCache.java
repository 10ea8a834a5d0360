package io.prumerge.model;

import io.prumerge.checkpoint.TextConfig;
import java.util.Arrays;

/**
 * Rotated keys and values of one sequence group in consecutive layers, [2, layers, kv heads, slots,
 * head_dim] on the device, and the question that each slot belongs to ({@link #PREFIX} = all of
 * them).
 */
final class KvCache implements AutoCloseable {

  /** Segment of the slots that every question of the group sees. */
  static final int PREFIX = -1;

  // Room for a few decoding steps: the cache then grows rarely and holds little too much.
  private static final int SPARE_SLOTS = 64;

  private final Torch torch;
  private final int from;
  private final int to;
  private Torch.Value slots;
  private int capacity;
  private int used;
  private int[] segments;
  private float[] logSizes = new float[0]; // of the first slots; the others are of size 1

  /**
   * @param from first layer
   * @param to layer after the last
   * @param expectedSlots positions to make room for
   */
  KvCache(Torch torch, TextConfig text, int from, int to, int expectedSlots, Torch.Value like) {
    this.torch = torch;
    this.from = from;
    this.to = to;
    this.capacity = expectedSlots + SPARE_SLOTS;
    this.segments = new int[capacity];
    this.slots = torch.call("cache", to - from, text.kvHeads(), capacity, text.headDim(), like);
  }

  /** Announces the next rows' segments; their slots follow the used ones. */
  void append(int[] rowSegments) {
    int needed = used + rowSegments.length;
    if (needed > capacity) {
      int wider = needed + Math.max(SPARE_SLOTS, needed / 4);
      Torch.Value grown = torch.call("grow", slots, used, wider);
      slots.close();
      slots = grown;
      capacity = wider;
      segments = Arrays.copyOf(segments, wider);
    }
    System.arraycopy(rowSegments, 0, segments, used, rowSegments.length);
    used = needed;
  }

  /** The first layer. */
  int from() {
    return from;
  }

  /** Takes the first slots from a cache over all layers. */
  void copy(KvCache prefix) {
    torch.call("restore", slots, prefix.slots, prefix.used, from, to).close();
    Arrays.fill(segments, 0, prefix.used, PREFIX);
    used = prefix.used;
  }

  /** Forgets all slots behind a prefix of so many positions. */
  void truncate(int prefixPositions) {
    used = prefixPositions;
  }

  /**
   * Says how many tokens some slots count for.
   *
   * @param firstSlot of these; slots of other sizes come before it, if at all
   */
  void weigh(int firstSlot, int[] sizes) {
    logSizes = Arrays.copyOf(logSizes, firstSlot + sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      logSizes[firstSlot + i] = (float) Math.log(sizes[i]);
    }
  }

  /** Whether some slots count for more than one token. */
  boolean weighed() {
    return logSizes.length > 0;
  }

  /** The logarithm of each used slot's size; empty if all are of size 1. */
  float[] logSizes() {
    return weighed() ? Arrays.copyOf(logSizes, used) : logSizes;
  }

  Torch.Value slots() {
    return slots;
  }

  int used() {
    return used;
  }

  /** Segment of each used slot. */
  int[] segments() {
    return Arrays.copyOf(segments, used);
  }

  /** The work of a pass for {@code rows} rows that see every slot. */
  PassWork work(int rows) {
    long rowLayers = (long) (to - from) * rows;
    return new PassWork(rowLayers, rowLayers * used, 0);
  }

  @Override
  public void close() {
    slots.close();
  }
}
