package io.prumerge.model;

import java.util.List;

/**
 * The tokens that visual tokens are made of: two reductions of one image with equal selections hold
 * the same rows.
 *
 * @param kept tokens of the tower in the order fed
 * @param neighbours patches merged into each of them; 0 when nothing was merged
 * @param summary whether the last token is the summary of the dropped ones
 */
public record TokenSelection(List<Integer> kept, int neighbours, boolean summary) {
  public TokenSelection {
    kept = List.copyOf(kept);
  }
}
