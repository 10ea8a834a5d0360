package io.prumerge.model.decoder;

/**
 * New rows of one sequence group in one pass, whose slots in the cache are taken already.
 *
 * @param cache the group's cache in the layers that the rows go through now
 * @param past slots before these rows
 * @param positions rotary position of each row
 * @param segments question of each row, {@link KvCache#PREFIX} for shared ones
 * @param ropeLength length of the sequence for rotations that follow it
 */
public record Rows(KvCache cache, int past, int[] positions, int[] segments, int ropeLength) {

  /** Takes the next slots of a cache for rows; parameters as the record's. */
  public static Rows append(KvCache cache, int[] positions, int[] segments, int ropeLength) {
    int past = cache.used();
    cache.append(segments);
    return new Rows(cache, past, positions, segments, ropeLength);
  }

  public int count() {
    return positions.length;
  }

  /** Returns what the rotation takes of the rows' positions. */
  int[] turns() {
    return cache.turns(positions);
  }

  /** Returns the slot behind these rows. */
  int end() {
    return past + count();
  }

  /** Returns the slots of the prefix before these rows. */
  public int shared() {
    int[] before = cache.segments(past);
    int shared = 0;
    while (shared < past && before[shared] == KvCache.PREFIX) {
      shared++;
    }
    return shared;
  }

  /**
   * Returns whether causal attention needs no mask: the rows are one sequence from its start, or
   * one row that may see everything before it; and all slots count for one token.
   */
  boolean plain() {
    if (past > 0 && count() > 1 || cache.weighed()) {
      return false;
    }
    int own = segments[segments.length - 1];
    for (int segment : cache.segments(end())) {
      if (segment != KvCache.PREFIX && segment != own) {
        return false;
      }
    }
    return true;
  }
}
