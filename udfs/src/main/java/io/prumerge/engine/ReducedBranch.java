package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.tower.EvidenceKey;
import io.prumerge.reduction.LayerCut;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a method left of an image.
 *
 * @param work work of the method's own reduction
 * @param grid as {@link EncodedImages#grid}
 * @param before visual tokens before any reduction
 * @param kept patches in the order fed; null when nothing was dropped
 * @param rows for the language model, whose tokens other methods may share
 * @param cuts where some of these leave the language model
 * @param towerLayers layers of the tower that it needs of those that run for all methods together
 * @param evidence that was asked for, by the method or by its token count
 * @param millis wall time of the method alone
 */
record ReducedBranch(
    ImageWork work,
    Optional<String> grid,
    int before,
    int[] kept,
    VisualRows rows,
    List<LayerCut> cuts,
    int towerLayers,
    Set<EvidenceKey> evidence,
    BranchMillis millis) {

  /** Returns the tokens that the language model receives. */
  ProjectedTokens tokens() {
    return rows.tokens();
  }

  /** Returns whether two methods left the same tokens at the same positions in all layers. */
  boolean like(ReducedBranch other) {
    return rows.equals(other.rows) && cuts.equals(other.cuts);
  }
}
