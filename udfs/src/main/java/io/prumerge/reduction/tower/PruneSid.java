package io.prumerge.reduction.tower;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code prunesid} (ZhengyaoFang/PruneSID 4ef17d9, {@code clip_encoder.py}), T = {@code tokens}:
 *
 * <ol>
 *   <li>Groups: int(T / 4) principal components of the features; a patch belongs to the one with
 *       its largest absolute loading.
 *   <li>In each group, non-maximum suppression: the patch with the largest CLS attention in the
 *       last layer of the features is picked, and patches that are more similar to it than a
 *       threshold leave, until none is left. The threshold is T / 32 of the mean cosine of all
 *       pairs.
 *   <li>Budgets by the number of picks ({@link PruneSidBudgets}).
 *   <li>The class token, then group by group its picks in their order, then its other patches by
 *       attention, as far as the budget goes.
 * </ol>
 *
 * <p>Deviations: exact principal components, where the authors' {@code pca_lowrank} draws random
 * numbers, so that their choice differs from run to run. At least one component.
 */
final class PruneSid extends BudgetReducer {

  private static final int TOKENS_OF_A_GROUP = 4;
  private static final float THRESHOLD_TOKENS = 32;

  private PruneSid(Parameters parameters) {
    super(
        parameters,
        Map.of(),
        Set.of(
            FasterVlm.ATTENTION, TowerEvidence.Cosines.OF_FEATURES, new TowerEvidence.Loadings()));
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    int count = patches.count();
    float[] attention = attention(patches, FasterVlm.ATTENTION);
    PairCosines cosines = cosines(patches, TowerEvidence.Cosines.OF_FEATURES);
    float[] loadings =
        Ranking.finite(spec(), "the loading", patches.of(new TowerEvidence.Loadings()));
    int[] ranked = Ranking.top(attention, count);
    double threshold = tokens / THRESHOLD_TOKENS * mean(cosines);
    List<PruneSidGroup> groups = new ArrayList<>();
    int components = Math.min(count, Math.max(1, tokens / TOKENS_OF_A_GROUP));
    for (List<Integer> members : members(ranked, loadings, components)) {
      groups.add(PruneSidGroup.of(members, cosines, threshold));
    }
    int[] budgets = PruneSidBudgets.of(groups, tokens);
    List<Blend> chosen = new ArrayList<>(List.of(Blend.copy(Blend.CLASS_TOKEN)));
    for (int group = 0; group < budgets.length; group++) {
      groups.get(group).ranked().stream()
          .limit(budgets[group])
          .map(Blend::copy)
          .forEach(chosen::add);
    }
    return patches.blend(Stage.BEFORE_CONNECTOR, chosen);
  }

  // Each group's patches by falling attention.
  private static List<List<Integer>> members(int[] ranked, float[] loadings, int components) {
    List<List<Integer>> members = new ArrayList<>();
    for (int group = 0; group < components; group++) {
      members.add(new ArrayList<>());
    }
    for (int patch : ranked) {
      int row = patch * ranked.length;
      int best = 0;
      for (int component = 1; component < components; component++) {
        if (loadings[row + component] > loadings[row + best]) {
          best = component;
        }
      }
      members.get(best).add(patch);
    }
    return members;
  }

  private static double mean(PairCosines cosines) {
    double sum = 0;
    for (int one = 0; one < cosines.count(); one++) {
      for (int other = one + 1; other < cosines.count(); other++) {
        sum += cosines.of(one, other);
      }
    }
    return sum / Math.max(1, (long) cosines.count() * (cosines.count() - 1) / 2);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "prunesid";
    }

    @Override
    public List<String> keys() {
      return List.of(TokenBudget.KEY);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new PruneSid(parameters);
    }
  }
}
