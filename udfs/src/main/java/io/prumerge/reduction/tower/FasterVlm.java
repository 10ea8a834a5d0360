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

  FasterVlm(Parameters parameters) {
    this(parameters, parameters.value(ScoringAttention.PARAMETER).in(new TowerLayer.Last()));
  }

  private FasterVlm(Parameters parameters, TowerEvidence attention) {
    super(parameters, Set.of(attention));
    this.attention = attention;
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
          About.of("2412.01818", "Theia-4869/FasterVLM")
              .servable(Servable.no("ranks by tower attention")),
          FasterVlm::new,
          ScoringAttention.PARAMETER,
          TokenBudget.NEEDED);
    }
  }
}
