package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code vispruner} (arXiv 2412.01818v2; Theia-4869/VisPruner aefa01a, {@code encode_images}): the
 * {@code int(tokens important)} patches with the largest CLS attention in the last layer of the
 * features, and others that are unlike each other, together in raster order.
 *
 * <p>With {@code attention=received} it is the attention that a patch gets ({@link
 * ScoringAttention}), as in the authors' code for SigLIP.
 *
 * <p>The others, by falling attention, are thinned in rounds until {@code tokens} are left: of the
 * tokens at even places of the list, the 8 that are most similar to one at an odd place go (fewer
 * in the last round). The even ones that stay, most similar first, and then the odd ones are the
 * next list. Similar is the cosine of the features.
 *
 * <p>{@code important} is by default 0.5.
 *
 * <p>Deviations: the authors send all patches through the connector and then choose; the tokens are
 * the same. A list of odd length, on which the authors' code fails, has one even place more than
 * odd ones; a round never removes more than all even places.
 */
final class VisPruner extends BudgetReducer {

  private static final Parameter<Double> IMPORTANT = Parameter.share("important").byDefault(0.5);
  private static final int AUTHORS_BLOCK = 8;

  private final double important;
  private final TowerEvidence attention;

  private VisPruner(Parameters parameters) {
    this(parameters, parameters.value(ScoringAttention.PARAMETER).in(new TowerLayer.Last()));
  }

  private VisPruner(Parameters parameters, TowerEvidence attention) {
    super(parameters, Set.of(attention, TowerEvidence.Cosines.OF_FEATURES));
    this.important = parameters.value(IMPORTANT);
    this.attention = attention;
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    int[] ranked = Ranking.top(attention(patches, attention), patches.count());
    PairCosines cosines = cosines(patches, TowerEvidence.Cosines.OF_FEATURES);
    int[] kept = selectPatches(ranked, cosines, tokens, (int) (tokens * important), AUTHORS_BLOCK);
    return spatial(patches, Stage.BEFORE_CONNECTOR, kept);
  }

  /**
   * Returns the patches that stay.
   *
   * @param ranked all patches by falling attention
   * @param block the most tokens that leave in a round
   */
  static int[] selectPatches(
      int[] ranked, PairCosines cosines, int tokens, int important, int block) {
    int diverse = tokens - important;
    int[] list = diverse == 0 ? new int[0] : Arrays.copyOfRange(ranked, important, ranked.length);
    while (list.length > diverse) {
      list = thinned(list, cosines, Math.min(block, list.length - diverse));
    }
    return IntStream.concat(Arrays.stream(ranked, 0, important), IntStream.of(list)).toArray();
  }

  private static int[] thinned(int[] list, PairCosines cosines, int surplus) {
    int[] even =
        IntStream.range(0, list.length).filter(i -> i % 2 == 0).map(i -> list[i]).toArray();
    int[] odd = IntStream.range(0, list.length).filter(i -> i % 2 == 1).map(i -> list[i]).toArray();
    float[] similar = new float[even.length];
    for (int i = 0; i < even.length; i++) {
      similar[i] = Float.NEGATIVE_INFINITY;
      for (int other : odd) {
        similar[i] = Math.max(similar[i], cosines.of(even[i], other));
      }
    }
    IntStream staying =
        Arrays.stream(Ranking.top(similar, even.length)).skip(surplus).map(place -> even[place]);
    return IntStream.concat(staying, IntStream.of(odd)).toArray();
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "vispruner",
          About.of("2412.01818", "Theia-4869/VisPruner")
              .servable(Servable.no("ranks by tower attention")),
          VisPruner::new,
          ScoringAttention.PARAMETER,
          IMPORTANT,
          TokenBudget.NEEDED);
    }
  }
}
