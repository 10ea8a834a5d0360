package io.prumerge.metric.tally;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps what was computed last. Most questions have one of few sets of groups; where categories are
 * free text, a task may meet a million.
 */
final class RecentValues<K, V> extends LinkedHashMap<K, V> {

  /** Some more than a split has categories with figures of their own. */
  static final int MOST = 4 * FewCategories.MOST;

  private static final long serialVersionUID = 1L;

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > MOST;
  }
}
