package io.prumerge.reduction;

import java.util.Map;
import java.util.stream.IntStream;

/**
 * The visual tokens at a cut inside the decoder.
 *
 * @param count the tokens that have come so far, numbered from 0 in the order fed
 * @param values the evidence that the cut asked for, row-major; none where a rule on the device
 *     looked at it
 * @param made what that rule gave; empty without one, and where there are no tokens
 */
public record SeenTokens(int count, Map<Evidence, float[]> values, float[] made) {

  /** What a cut sees that chooses itself. */
  public SeenTokens(int count, Map<Evidence, float[]> values) {
    this(count, values, new float[0]);
  }

  /** What a rule on the device made of the evidence. */
  public SeenTokens(int count, float[] made) {
    this(count, Map.of(), made);
  }

  /** Returns some of the values that the rule on the device gave, which are places of tokens. */
  public int[] places(int start, int end) {
    return IntStream.range(start, end).map(i -> (int) made[i]).toArray();
  }

  /** Returns the values of one piece of evidence, of the shape that it names. */
  public float[] of(Evidence evidence) {
    return values.get(evidence);
  }
}
