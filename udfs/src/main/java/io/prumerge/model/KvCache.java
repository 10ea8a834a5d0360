package io.prumerge.model;

import io.prumerge.checkpoint.TextConfig;
import java.util.Arrays;

/**
 * Rotated keys and values of one sequence group, [2, layers, kv heads, slots, head_dim] on the
 * device, and which question each slot belongs to ({@link #PREFIX} = all of them).
 */
final class KvCache implements AutoCloseable {

  /** Segment of the slots that every question of the group sees. */
  static final int PREFIX = -1;

  // Room for a few decoding steps, so that growing stays rare without holding much too much.
  private static final int SPARE_SLOTS = 64;

  private final Torch torch;
  private Torch.Value slots;
  private int capacity;
  private int used;
  private int[] segments;

  KvCache(Torch torch, TextConfig text, int expectedSlots, Torch.Value weights) {
    this.torch = torch;
    this.capacity = expectedSlots + SPARE_SLOTS;
    this.segments = new int[capacity];
    this.slots =
        torch.call("cache", text.layers(), text.kvHeads(), capacity, text.headDim(), weights);
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

  /** Takes the first slots from {@code prefix} [2, layers, kv heads, length, head_dim]. */
  void copy(Torch.Value prefix, int length) {
    torch.call("restore", slots, prefix).close();
    Arrays.fill(segments, 0, length, PREFIX);
    used = length;
  }

  /** Forgets all slots from {@code length} on. */
  void truncate(int length) {
    used = length;
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

  @Override
  public void close() {
    slots.close();
  }
}
