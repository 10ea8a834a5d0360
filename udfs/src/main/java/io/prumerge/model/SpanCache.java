package io.prumerge.model;

import io.prumerge.checkpoint.TextConfig;
import java.util.Arrays;

/**
 * Rotated keys and values of one sequence group in some layers, [2, layers, kv heads, slots,
 * head_dim] on the device, and which question each slot belongs to ({@link KvCache#PREFIX} = all of
 * them).
 */
final class SpanCache implements AutoCloseable {

  // Room for a few decoding steps, so that growing stays rare without holding much too much.
  private static final int SPARE_SLOTS = 64;

  private final Torch torch;
  private final LayerSpan span;
  private final int dropped;
  private Torch.Value slots;
  private int capacity;
  private int used;
  private int[] segments;

  /**
   * @param dropped visual tokens of the prefix that do not come to these layers
   */
  SpanCache(
      Torch torch,
      TextConfig text,
      LayerSpan span,
      int dropped,
      int expectedSlots,
      Torch.Value weights) {
    this.torch = torch;
    this.span = span;
    this.dropped = dropped;
    this.capacity = expectedSlots - dropped + SPARE_SLOTS;
    this.segments = new int[capacity];
    this.slots =
        torch.call("cache", span.layers(), text.kvHeads(), capacity, text.headDim(), weights);
  }

  LayerSpan span() {
    return span;
  }

  /** Visual tokens of the prefix that do not come to these layers. */
  int dropped() {
    return dropped;
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

  /** Takes the first slots from another cache over all layers. */
  void copy(SpanCache prefix) {
    torch.call("restore", slots, prefix.slots, prefix.used, span.from(), span.to()).close();
    Arrays.fill(segments, 0, prefix.used, KvCache.PREFIX);
    used = prefix.used;
  }

  /** Forgets all slots behind a prefix of so many positions. */
  void truncate(int prefixPositions) {
    used = prefixPositions - dropped;
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
