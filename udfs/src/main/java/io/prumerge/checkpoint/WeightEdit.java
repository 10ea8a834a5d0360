package io.prumerge.checkpoint;

import java.util.Optional;

/**
 * How a weight differs from the tensor that a file stores.
 *
 * @param update a low-rank matrix that is added to it
 * @param addedRows copies of its first row that are put after its last one. That row is the unknown
 *     token's; a greedy choice, which takes the lower index of equal logits, never falls on a copy
 *     in the head.
 */
public record WeightEdit(Optional<LowRankUpdate> update, long addedRows) {

  /** The weight is what is stored. */
  public static final WeightEdit NONE = new WeightEdit(Optional.empty(), 0);

  WeightEdit with(LowRankUpdate added) {
    return new WeightEdit(Optional.of(added), addedRows);
  }

  WeightEdit withRows(long added) {
    return new WeightEdit(update, added);
  }
}
