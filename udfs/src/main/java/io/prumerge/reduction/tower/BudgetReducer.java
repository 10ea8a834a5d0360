package io.prumerge.reduction.tower;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Base of the methods that leave {@code tokens} tokens, which they choose by evidence of the tower.
 * Of equal scores, the lower index is first; the authors' {@code topk} and {@code argmax} promise
 * nothing there. NaN or infinite evidence is a {@link io.prumerge.reduction.ReductionException}.
 */
public abstract class BudgetReducer implements TokenReducer {
  private final MethodSpec spec;
  private final TokenBudget budget;
  private final Set<TowerEvidence> needs;

  /** A method whose factory has declared its parameters. */
  protected BudgetReducer(Parameters parameters, Set<TowerEvidence> needs) {
    this(parameters, parameters.spec().parameters(), needs);
  }

  /**
   * A method that reads its keys by their names.
   *
   * @param others canonical values of the keys other than {@code tokens}
   */
  protected BudgetReducer(
      Parameters parameters, Map<String, String> others, Set<TowerEvidence> needs) {
    this.budget = TokenBudget.of(parameters);
    this.needs = Set.copyOf(needs);
    TreeMap<String, String> values = new TreeMap<>(others);
    values.put(TokenBudget.KEY, budget.value());
    this.spec = new MethodSpec(parameters.method(), values);
  }

  /**
   * Reduces a view to {@code tokens} tokens, as {@link #tokens} says, at most the number of its
   * patches.
   */
  protected abstract Reduction reduce(PatchTokens patches, int tokens);

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final Set<TowerEvidence> needs() {
    return needs;
  }

  @Override
  public int tokens(PatchTokens patches) {
    return budget.tokens(patches);
  }

  final TokenBudget budget() {
    return budget;
  }

  @Override
  public final Reduction reduce(PatchTokens patches) {
    return reduce(patches, tokens(patches));
  }

  /**
   * Returns the attention to each patch, [count].
   *
   * @throws io.prumerge.reduction.ReductionException if a value is NaN or infinite
   */
  protected final float[] attention(PatchTokens patches, TowerEvidence evidence) {
    return Ranking.finite(spec, "the attention to patch", patches.of(evidence));
  }

  /** Returns the cosines of all pairs of patches, checked. */
  protected final PairCosines cosines(PatchTokens patches, TowerEvidence.Cosines evidence) {
    return cosines(patches, evidence, patches.count());
  }

  /** Returns the cosines of all pairs of {@code count} rows, checked. */
  protected final PairCosines cosines(PatchTokens patches, TowerEvidence evidence, int count) {
    float[] values = Ranking.finite(spec, "the cosine of pair", patches.of(evidence));
    return new PairCosines(values, count);
  }

  /** Keeps patches in raster order. */
  protected static Reduction spatial(PatchTokens patches, Stage stage, int[] chosen) {
    int[] kept = chosen.clone();
    Arrays.sort(kept);
    return patches.gather(stage, kept);
  }
}
