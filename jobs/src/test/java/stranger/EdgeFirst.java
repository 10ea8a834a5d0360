package stranger;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.tower.BudgetReducer;
import java.util.Set;

/** The patches at the border, then the others, those first that the class token looks at most. */
public final class EdgeFirst extends BudgetReducer {

  private static final TowerEvidence ATTENTION = ScoringAttention.CLASS.in(new TowerLayer.Last());

  private EdgeFirst(Parameters parameters) {
    super(parameters, Set.of(ATTENTION));
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    float[] scores = attention(patches, ATTENTION).clone();
    int rows = patches.grid().rows();
    int cols = patches.grid().cols();
    for (int i = 0; i < scores.length; i++) {
      int row = i / cols;
      int col = i % cols;
      if (row == 0 || row == rows - 1 || col == 0 || col == cols - 1) {
        scores[i] += 1; // attention is at most 1
      }
    }
    return spatial(patches, Stage.BEFORE_CONNECTOR, Ranking.top(scores, tokens));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    /** Says what the method is: its name, its sources, its reducer, its parameters. */
    public Factory() {
      super("edgefirst", About.OURS, EdgeFirst::new, TokenBudget.NEEDED);
    }
  }
}
