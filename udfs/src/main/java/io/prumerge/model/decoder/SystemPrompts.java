package io.prumerge.model.decoder;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Keys and values of the texts that prompts begin with, a template's system prompt: computed once
 * for a model and copied into each sequence's cache. Thread-safe.
 */
final class SystemPrompts implements AutoCloseable {

  // A template has one beginning with an image and one without; more are not kept.
  private static final int MOST = 8;

  private final Map<List<Integer>, KvCache> computed = new HashMap<>();

  /**
   * Puts a text's keys and values into an empty cache.
   *
   * @return the work for it: none but for the first sequence that begins with this text
   */
  synchronized PassWork copyTo(KvCache cache, int[] ids, LanguageModel model) {
    List<Integer> key = IntStream.of(ids).boxed().toList();
    KvCache stored = computed.get(key);
    if (stored != null) {
      cache.copy(stored, true);
      return PassWork.NONE;
    }
    KvCache made = model.stack().cacheAlone(ids.length);
    made.setRopeAxes(
        model.config().threePartPositions() ? Optional.of(RopeAxes.TEXT) : Optional.empty());
    made.setCrossAttention(model.sightOfText());
    boolean stays = computed.size() < MOST;
    try {
      model.logits(List.of(passage(made, ids))).close();
      cache.copy(made, stays);
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    PassWork work = made.work(ids.length).plus(PassWork.HEAD);
    if (stays) {
      computed.put(key, made);
    } else {
      made.close();
    }
    return work;
  }

  private static Passage passage(KvCache cache, int[] ids) {
    int[] segments = new int[ids.length];
    Arrays.fill(segments, KvCache.PREFIX);
    int[] positions = IntStream.range(0, ids.length).toArray();
    Rows rows = Rows.append(cache, positions, segments, ids.length);
    return new Passage(ids, new int[0], null, rows, new int[] {ids.length - 1});
  }

  @Override
  public synchronized void close() {
    computed.values().forEach(KvCache::close);
    computed.clear();
  }
}
