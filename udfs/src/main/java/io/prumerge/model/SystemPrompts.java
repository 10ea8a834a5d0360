package io.prumerge.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Keys and values of the texts that prompts begin with, a template's system prompt: computed once
 * for a model and copied into each sequence's cache. Thread-safe.
 */
final class SystemPrompts implements AutoCloseable {

  // A template has one beginning with an image and one without; more are not kept.
  private static final int MOST = 8;

  private final Torch torch;
  private final LanguageModel model;
  private final Map<List<Integer>, Torch.Value> computed = new HashMap<>();

  SystemPrompts(Torch torch, LanguageModel model) {
    this.torch = torch;
    this.model = model;
  }

  /**
   * Puts a text's keys and values into an empty cache.
   *
   * @return what ran for it: nothing but for the first sequence that begins so
   */
  synchronized PassWork copyTo(KvCache cache, int[] ids) {
    List<Integer> key = IntStream.of(ids).boxed().toList();
    Torch.Value stored = computed.get(key);
    if (stored != null) {
      cache.copy(stored, ids.length);
      return PassWork.NONE;
    }
    model.forward(List.of(rows(cache, ids))).close();
    if (computed.size() < MOST) {
      computed.put(key, torch.call("snapshot", cache.slots(), ids.length));
    }
    return new PassWork(ids.length, (long) ids.length * ids.length, 1);
  }

  private static Rows rows(KvCache cache, int[] ids) {
    int[] segments = new int[ids.length];
    Arrays.fill(segments, KvCache.PREFIX);
    int[] positions = IntStream.range(0, ids.length).toArray();
    return new Rows(
        cache, ids, -1, null, positions, segments, new int[] {ids.length - 1}, ids.length);
  }

  @Override
  public synchronized void close() {
    computed.values().forEach(Torch.Value::close);
    computed.clear();
  }
}
