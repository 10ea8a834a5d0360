package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Evidence as a broken model gives it. */
public final class WrongEvidence {
  private WrongEvidence() {}

  /**
   * Requires that a reducer names itself and the place of a value that is no number, in each piece
   * of evidence that it needs and ranks by; patches after the connector only become tokens.
   *
   * @param whole patches with sound evidence, more than five values of each
   */
  public static void requireRefused(TokenReducer reducer, Supplier<ArrayPatchTokens> whole) {
    Set<TowerEvidence> ranked = new LinkedHashSet<>(reducer.needs());
    ranked.remove(new TowerEvidence.Projected());
    for (TowerEvidence evidence : ranked) {
      ArrayPatchTokens patches = whole.get();
      float[] values = patches.of(evidence).clone();
      values[5] = Float.NaN;
      patches.with(evidence, values);
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> reducer.reduce(patches))
          .withMessageContaining(reducer.spec() + ":")
          .withMessageContaining(" 5 is NaN");
    }
  }
}
