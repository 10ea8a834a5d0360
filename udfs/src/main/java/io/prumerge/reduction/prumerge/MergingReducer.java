package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Base of PruMerge and PruMerge+: chooses patches by score, then merges others into them.
 *
 * <p>With fewer than k other patches, all of them are merged (the official code fails). If all
 * patches are kept, the summary token is a zero vector and still appended, as in the official code.
 * NaN or infinite attention is a {@link ReductionException}; the official code would keep an
 * arbitrary set.
 *
 * <p>With {@code tokens=N} the image gets N tokens, the summary included. The authors define no
 * fixed number.
 */
abstract class MergingReducer implements TokenReducer {
  private final MethodSpec spec;
  private final PruMergeOptions options;

  MergingReducer(Parameters parameters) {
    this.options = PruMergeOptions.of(parameters);
    this.spec = options.spec(parameters.method());
  }

  /**
   * Returns distinct patch indices in the order in which the language model receives them.
   *
   * @param scores CLS attention, finite, one per patch
   */
  abstract int[] kept(float[] scores, PruMergeOptions options);

  /** The same where their number is given, from 0 to that of the patches. */
  abstract int[] kept(float[] scores, int count, PruMergeOptions options);

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final Set<TowerEvidence> needs() {
    if (!options.paper()) {
      return Set.of(new TowerEvidence.FullWidthAttention());
    }
    return options.neighbours() == 0
        ? Set.of(PaperMerge.ATTENTION)
        : Set.of(PaperMerge.ATTENTION, PaperMerge.KEYS);
  }

  @Override
  public final int tokens(PatchTokens patches) {
    return kept(patches).length + (options.summary() ? 1 : 0);
  }

  @Override
  public final Reduction reduce(PatchTokens patches) {
    int[] kept = kept(patches);
    if (options.neighbours() == 0 && !options.summary()) {
      return patches.gather(kept);
    }
    if (options.paper()) {
      List<Blend> tokens =
          PaperMerge.tokens(
              kept,
              scores(patches),
              Ranking.finite(spec, "the product of keys", patches.of(PaperMerge.KEYS)),
              options.neighbours());
      return patches.blend(Stage.BEFORE_CONNECTOR, tokens);
    }
    return patches.merge(kept, options.neighbours(), options.summary());
  }

  private int[] kept(PatchTokens patches) {
    float[] scores = scores(patches);
    Optional<TokenBudget> budget = options.budget();
    if (budget.isPresent()) {
      int count = budget.get().tokens(patches) - (options.summary() ? 1 : 0);
      return kept(scores, count, options);
    }
    return kept(scores, options);
  }

  private float[] scores(PatchTokens patches) {
    float[] attention = options.paper() ? patches.of(PaperMerge.ATTENTION) : patches.clsAttention();
    return Ranking.finite(spec, "the attention to patch", attention);
  }
}
