package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.torch.Torch;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keys and values of all sequences on a device, [2, layers, kv heads, slots, head_dim], made once.
 * Sequences take ranges of consecutive slots out of it. Thread-safe.
 */
final class SlotPool implements AutoCloseable {

  private final Torch torch;
  private final int size;
  private final Torch.Value slots;
  private final TreeMap<Integer, Integer> free = new TreeMap<>(); // lengths by their first slot

  SlotPool(Torch torch, TextConfig text, int size, Torch.Value like) {
    this.torch = torch;
    this.size = size;
    this.slots =
        torch.call("pool", text.layers(), text.heads().keys(), size, text.heads().width(), like);
    free.put(0, size);
  }

  /**
   * Takes the first range that is long enough.
   *
   * @throws CacheFullException if there is none
   */
  synchronized int take(int count) {
    for (Map.Entry<Integer, Integer> range : free.entrySet()) {
      int start = range.getKey();
      int length = range.getValue();
      if (length >= count) {
        free.remove(start);
        if (length > count) {
          free.put(start + count, length - count);
        }
        return start;
      }
    }
    throw new CacheFullException(
        String.format(
            Locale.ROOT,
            "Cannot keep more positions: %d consecutive slots of %d are wanted, and %d are free",
            count,
            size,
            free.values().stream().mapToInt(Integer::intValue).sum()));
  }

  /** Gives a range back. */
  synchronized void free(int start, int count) {
    int first = start;
    int length = count;
    Map.Entry<Integer, Integer> before = free.lowerEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      first = before.getKey();
      length += before.getValue();
    }
    Integer behind = free.remove(start + count);
    free.put(first, behind == null ? length : length + behind);
  }

  /** Returns the number of slots that nobody has. */
  synchronized int free() {
    return free.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Copies slots of some layers of another pool. */
  void copy(SlotPool source, int start, int to, int count, int fromLayer, int toLayer) {
    torch.call("copy_slots", slots, source.slots, start, to, count, fromLayer, toLayer).close();
  }

  Torch.Value slots() {
    return slots;
  }

  @Override
  public void close() {
    slots.close();
  }
}
