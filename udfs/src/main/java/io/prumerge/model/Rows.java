package io.prumerge.model;

/**
 * New rows of one sequence group in one pass.
 *
 * @param cache the group's cache, which the rows are appended to
 * @param ids token ids, one a row, but for the visual slot: one id that stands for all visual rows
 * @param visualSlot index into {@code ids}, -1 for none
 * @param visual the rows at the slot; null for none
 * @param positions rotary position of each row, visual rows expanded
 * @param segments question of each row, {@link KvCache#PREFIX} for shared ones
 * @param outputs rows whose logits are wanted
 * @param ropeLength length of the sequence for rotations that follow it
 */
record Rows(
    KvCache cache,
    int[] ids,
    int visualSlot,
    ProjectedTokens visual,
    int[] positions,
    int[] segments,
    int[] outputs,
    int ropeLength) {

  /** Rows of the pass. */
  int count() {
    return positions.length;
  }

  /**
   * Whether causal attention needs no mask: the rows are one sequence from its start, or one row
   * that may see everything before it.
   *
   * @param past slots before these rows, which the cache holds already
   */
  boolean plain(int past) {
    if (past > 0 && count() > 1) {
      return false;
    }
    int own = segments[segments.length - 1];
    for (int segment : cache.segments()) {
      if (segment != KvCache.PREFIX && segment != own) {
        return false;
      }
    }
    return true;
  }
}
