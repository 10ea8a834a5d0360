package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code hiprune} (arXiv 2508.00553; Danielement321/HiPrune 6e83a12, {@code encode_images}):
 * patches that get most attention in a middle layer, with their neighbours, then those that get
 * most in the last layer. Scores are the attention that a patch gets, mean over the heads and all
 * tokens of the tower.
 *
 * <ol>
 *   <li>Anchors: the {@code round(tokens alpha / 5)} best patches of a middle layer (half to even).
 *   <li>Their left, right, upper and lower neighbours. As in the authors' code, indices are clamped
 *       to the image, and left and right of the grid's edges lie in the row above or below.
 *   <li>The best others of the last layer of the features, up to {@code tokens}. Raster order.
 * </ol>
 *
 * <p>{@code layer} counts from 1, as the authors do. By default it is layer 9 of CLIP-L's 24, and
 * in a tower of another depth the layer at the same part of it. In Qwen2.5-VL's it is layer 16, the
 * authors' there ({@code qwen2_5_vl_HiPrune.py}).
 *
 * <p>{@code alpha} is the anchors' part of the tokens, by default 0.1.
 *
 * <p>Deviation: if anchors and neighbours are more than {@code tokens}, the first of them stay:
 * anchors by score, then all left, right, upper and lower neighbours. The authors' code fails.
 *
 * <p>Their code for Qwen2.5-VL adds the attention of all tokens up, and takes 1 from the scores of
 * those chosen already, which may still be among the best then: it keeps fewer tokens than it was
 * told. Ours are as many. It also looks at layers with windows, which ours refuses.
 */
final class HiPrune extends BudgetReducer {

  private static final Parameter<Double> ALPHA = Parameter.share("alpha").byDefault(0.1);
  private static final Parameter<Integer> LAYER = Parameter.count("layer");
  private static final TowerLayer AUTHORS_LAYER = new TowerLayer.Alike(9, 24);
  private static final TowerEvidence DEEP =
      new TowerEvidence.ColumnAttention(new TowerLayer.Last());

  /** An anchor and its four neighbours. */
  private static final int GROUP = 5;

  private final double alpha;
  private final TowerEvidence shallow;

  private HiPrune(Parameters parameters) {
    this(
        parameters,
        new TowerEvidence.ColumnAttention(
            parameters
                .given(LAYER)
                .<TowerLayer>map(TowerLayer.Numbered::new)
                .orElse(AUTHORS_LAYER)));
  }

  private HiPrune(Parameters parameters, TowerEvidence shallow) {
    super(parameters, Set.of(shallow, DEEP));
    this.alpha = parameters.value(ALPHA);
    this.shallow = shallow;
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    float[] deep = attention(patches, DEEP);
    Set<Integer> chosen = anchors(attention(patches, shallow), patches.grid().cols(), tokens);
    int[] ranked = Ranking.top(deep, deep.length);
    int[] kept =
        IntStream.concat(
                chosen.stream().mapToInt(Integer::intValue),
                IntStream.of(ranked).filter(patch -> !chosen.contains(patch)))
            .limit(tokens)
            .toArray();
    return spatial(patches, Stage.BEFORE_CONNECTOR, kept);
  }

  private Set<Integer> anchors(float[] scores, int cols, int tokens) {
    int[] best = Ranking.top(scores, (int) Math.rint(tokens * alpha / GROUP));
    Set<Integer> chosen = new LinkedHashSet<>();
    for (int shift : new int[] {0, -1, 1, -cols, cols}) {
      for (int anchor : best) {
        chosen.add(Math.max(0, Math.min(scores.length - 1, anchor + shift)));
      }
    }
    return chosen;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "hiprune",
          About.of("2508.00553", "Danielement321/HiPrune")
              .servable(Servable.no("ranks by tower attention")),
          HiPrune::new,
          ALPHA,
          LAYER,
          TokenBudget.NEEDED);
    }
  }
}
