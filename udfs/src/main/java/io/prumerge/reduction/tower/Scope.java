package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * {@code scope} (arXiv 2510.24214; kinredon/SCOPE 6bf7306, {@code SCOPE} of {@code
 * clip_encoder.py}, its product mode with alpha 1): patches that cover the others. A patch covers
 * another by the cosine of their features. Each pick has the largest gain: what it adds to the
 * coverage of all patches, times its CLS attention in the last layer of the features. Raster order.
 *
 * <p>Gains only fall from pick to pick, so a gain computed earlier bounds the present one, and only
 * the patch with the largest bound is looked at again. The picks are those of computing all gains.
 *
 * <p>Deviations: fp32, where the authors use the tower's precision; the mean of the heads for their
 * sum, which scales all gains alike.
 */
final class Scope extends BudgetReducer {

  private Scope(Parameters parameters) {
    super(parameters, Set.of(FasterVlm.ATTENTION, TowerEvidence.Cosines.OF_FEATURES));
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    float[] attention = attention(patches, FasterVlm.ATTENTION);
    PairCosines cosines = cosines(patches, TowerEvidence.Cosines.OF_FEATURES);
    return spatial(patches, Stage.BEFORE_CONNECTOR, picks(cosines, attention, tokens));
  }

  /**
   * A gain as it was when so many patches were picked.
   *
   * @param picked patches at that time
   */
  private record Gain(int patch, double value, int picked) {}

  /** Returns the picks in their order; of equal gains the lower index. */
  static int[] picks(PairCosines cosines, float[] weights, int tokens) {
    float[] covered = new float[weights.length];
    PriorityQueue<Gain> gains =
        new PriorityQueue<>(
            Comparator.comparingDouble(Gain::value).reversed().thenComparingInt(Gain::patch));
    for (int patch = 0; patch < weights.length; patch++) {
      gains.add(gain(cosines, weights, covered, patch, 0));
    }
    int[] picks = new int[tokens];
    for (int i = 0; i < tokens; ) {
      Gain best = gains.remove();
      if (best.picked() < i) {
        gains.add(gain(cosines, weights, covered, best.patch(), i));
        continue;
      }
      picks[i++] = best.patch();
      for (int other = 0; other < covered.length; other++) {
        covered[other] = Math.max(covered[other], cosines.of(best.patch(), other));
      }
    }
    return picks;
  }

  private static Gain gain(
      PairCosines cosines, float[] weights, float[] covered, int patch, int picked) {
    double sum = 0;
    for (int other = 0; other < covered.length; other++) {
      sum += Math.max(0, cosines.of(patch, other) - covered[other]);
    }
    return new Gain(patch, sum * weights[patch], picked);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "scope",
          About.of("2510.24214", "kinredon/SCOPE")
              .servable(Servable.no("weighs by class attention")),
          Scope::new,
          TokenBudget.NEEDED);
    }
  }
}
