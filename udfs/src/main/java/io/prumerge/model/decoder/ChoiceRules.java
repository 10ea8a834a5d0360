package io.prumerge.model.decoder;

/**
 * What changes the choice among a pass's logits.
 *
 * @param outputs places among the pass's outputs that may not have the banned ids
 * @param banned those ids
 * @param said each output's ids that stand in its prompt or answer, as places in the logits of all
 *     outputs, distinct; none without a penalty
 * @param penalty of those: what their logits are divided by, and multiplied with where they are
 *     negative; 1 changes nothing
 * @param lettered places among the pass's outputs that are chosen among some ids only, without a
 *     penalty
 * @param letters those ids, as places in the logits of all outputs
 * @param margins whether the margins of the chosen ids are wanted
 */
public record ChoiceRules(
    int[] outputs,
    int[] banned,
    int[] said,
    double penalty,
    int[] lettered,
    int[] letters,
    boolean margins) {

  private static final int[] NO = {};

  /** The highest logit is chosen. */
  static final ChoiceRules NONE = new ChoiceRules(NO, NO, NO, 1, NO, NO, false);
}
