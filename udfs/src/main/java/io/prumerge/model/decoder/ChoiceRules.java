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
 */
public record ChoiceRules(int[] outputs, int[] banned, int[] said, double penalty) {

  /** The highest logit is chosen. */
  static final ChoiceRules NONE = new ChoiceRules(new int[0], new int[0], new int[0], 1);
}
