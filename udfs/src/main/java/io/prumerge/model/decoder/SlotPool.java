package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import io.prumerge.host.DeviceOption;
import io.prumerge.lang.Text;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Keys and values of all sequences on a device, [2, layers, kv heads, slots, head_dim], made once.
 * Sequences take ranges of consecutive slots out of it. Thread-safe.
 */
final class SlotPool implements AutoCloseable {

  private final Torch torch;
  private final int size;
  private final Torch.Value slots;
  private final Torch.Value like;
  private final TreeMap<Integer, Integer> free = new TreeMap<>(); // lengths by their first slot
  private final boolean together;
  private final Map<Run, List<Integer>> waiting = new LinkedHashMap<>(); // first slots of copies

  /** Consecutive slots of some layers of another pool. */
  private record Run(SlotPool source, int start, int count, int fromLayer, int toLayer) {}

  SlotPool(Torch torch, TextConfig text, int size, Torch.Value like) {
    this.torch = torch;
    this.size = size;
    this.like = like;
    this.together = DeviceOption.SYSTEM_PROMPTS_TOGETHER.on();
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
        Text.format(
            "Cannot keep more positions: %d consecutive slots of %d are wanted, and %d are free",
            count, size, free.values().stream().mapToInt(Integer::intValue).sum()));
  }

  /** Gives a range back. */
  synchronized void free(int start, int count) {
    waiting.values().forEach(places -> places.removeIf(to -> to >= start && to < start + count));
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

  /**
   * Copies slots of some layers of another pool: before anybody takes {@link #slots}.
   *
   * @param stays whether the other pool stays open as long as this one: then copies may wait for
   *     others
   */
  synchronized void copy(
      SlotPool source, int start, int to, int count, int fromLayer, int toLayer, boolean stays) {
    if (together && stays) {
      Run run = new Run(source, start, count, fromLayer, toLayer);
      waiting.computeIfAbsent(run, key -> new ArrayList<>()).add(to);
    } else {
      torch.call("copy_slots", slots, source.slots, start, to, count, fromLayer, toLayer).close();
    }
  }

  // A copy that fails waits on: whoever has its slots gives them back.
  private void copyWaiting() {
    Iterator<Map.Entry<Run, List<Integer>>> each = waiting.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Run, List<Integer>> one = each.next();
      if (!one.getValue().isEmpty()) {
        copy(one.getKey(), one.getValue());
      }
      each.remove();
    }
  }

  private void copy(Run run, List<Integer> places) {
    int[] to =
        places.stream()
            .flatMapToInt(first -> IntStream.range(first, first + run.count()))
            .toArray();
    try (Torch.Value lists = torch.indices(List.of(to), like)) {
      torch
          .call(
              "spread_slots",
              slots,
              run.source().slots,
              lists,
              run.start(),
              run.count(),
              run.fromLayer(),
              run.toLayer())
          .close();
    }
  }

  /** Returns keys and values, all copies made. */
  synchronized Torch.Value slots() {
    copyWaiting();
    return slots;
  }

  @Override
  public void close() {
    slots.close();
  }
}
