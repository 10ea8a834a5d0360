package io.prumerge.model;

import java.util.Arrays;
import java.util.List;

/**
 * New rows of one sequence group in one pass.
 *
 * @param cache the group's cache, which the rows are appended to
 * @param ids token ids, one a row, but for the visual slot: one id that stands for all visual rows
 * @param visualSlot index into {@code ids}, -1 for none
 * @param visual the rows at the slot; null for none
 * @param cuts where visual rows stop, by rising layer
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
    List<VisualCut> cuts,
    int[] positions,
    int[] segments,
    int[] outputs,
    int ropeLength) {

  /** Rows of the pass. */
  int count() {
    return positions.length;
  }

  /** Whether a row goes through a layer at which some may stop. */
  boolean comesTo(int layer, int row) {
    int token = row - visualSlot;
    if (visual == null || token < 0 || token >= visual.tokens()) {
      return true;
    }
    return cuts.stream()
        .filter(cut -> cut.layer() <= layer)
        .allMatch(cut -> Arrays.binarySearch(cut.kept(), token) >= 0);
  }
}
