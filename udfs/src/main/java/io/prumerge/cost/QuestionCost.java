package io.prumerge.cost;

/**
 * FLOPs of one question asked alone, by stage; 1 multiply-accumulate = 2 FLOPs.
 *
 * @param vision the tower, as deep as the features need
 * @param reduction scoring, selection and merging, with the last layer's norm, keys and CLS query
 * @param projector the projector over the tokens that reach it
 * @param prefill the language model over the prompt; gives the first token
 * @param decode the language model for the tokens after the first
 */
public record QuestionCost(long vision, long reduction, long projector, long prefill, long decode) {

  /** Returns the sum of the five stages. */
  public long total() {
    return Math.addExact(
        Math.addExact(vision, reduction), Math.addExact(projector, Math.addExact(prefill, decode)));
  }
}
