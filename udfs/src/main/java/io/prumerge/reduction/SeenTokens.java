package io.prumerge.reduction;

import java.util.Map;

/**
 * The visual tokens at a cut inside the decoder.
 *
 * @param count the tokens that have come so far, numbered from 0 in the order fed
 * @param values the evidence that the cut asked for, row-major
 */
public record SeenTokens(int count, Map<Evidence, float[]> values) {

  /** Returns the values of one piece of evidence, of the shape that it names. */
  public float[] of(Evidence evidence) {
    return values.get(evidence);
  }
}
