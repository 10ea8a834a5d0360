package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
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
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code fastervlm} (arXiv 2412.01818v1; Theia-4869/FasterVLM f5d5f12, {@code encode_images}): the
 * patches with the largest CLS attention in the last layer of the features, mean over the heads, in
 * raster order.
 *
 * <p>With {@code attention=received} it is the attention that a patch gets ({@link
 * ScoringAttention}).
 *
 * <p>Deviation: the authors send all patches through the connector and then choose. As it works row
 * by row, choosing first gives the same tokens for less.
 */
class FasterVlm extends BudgetReducer {

  static final TowerEvidence ATTENTION = ScoringAttention.CLASS.in(new TowerLayer.Last());

  private final TowerEvidence attention;

  /**
   * @param others canonical values of the keys other than {@code tokens} and {@code attention}
   */
  FasterVlm(Parameters parameters, ScoringAttention kind, Map<String, String> others) {
    super(parameters, kind.with(others), Set.of(kind.in(new TowerLayer.Last())));
    this.attention = kind.in(new TowerLayer.Last());
  }

  @Override
  protected final Reduction reduce(PatchTokens patches, int tokens) {
    int[] best = Ranking.top(attention(patches, attention), tokens);
    return spatial(patches, Stage.BEFORE_CONNECTOR, best);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "fastervlm",
          List.of(ScoringAttention.KEY, TokenBudget.KEY),
          About.of("2412.01818", "Theia-4869/FasterVLM")
              .example("tokens=64")
              .with(ScoringAttention.KEY, ScoringAttention.CLASS)
              .servable(Servable.no("ranks by tower attention")),
          parameters -> new FasterVlm(parameters, ScoringAttention.of(parameters), Map.of()));
    }
  }
}
