package io.prumerge.reduction.question;

import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.tower.PairCosines;
import io.prumerge.reduction.tower.PairKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code cdpruner:variant=openvino}: what OpenVINO GenAI runs by the name of CDPruner
 * (openvinotoolkit/openvino.genai da1db864, {@code src/cpp/src/visual_language/cdpruner} and {@code
 * vision_token_pruning_processor.cpp}, on a CPU whose helper model compiled).
 *
 * <p>It is another rule than the paper's. Relevance r is the cosine of a patch after the connector
 * with the mean embedding of the prompt's text in the language model, so CLIP is not asked. The
 * patches are cut into two halves of the sequence; each has its relevance scaled to [0, 1) by
 * itself, and its own choice, of half the tokens, rounded down in the first. The kernel is {@code
 * (1 - w) S_ij + w r_i S_ij r_j}, S the patches' cosines and w the key {@code weight}. Raster
 * order.
 *
 * <p>{@code tokens=N} leaves N tokens, {@code pruned=P} drops P percent as the engine's {@code
 * pruning_ratio}: of a view of N patches {@code round(N (1 - P / 100))} stay, halves up. Each view
 * is chosen from by itself, as the engine does with frames.
 *
 * <p>The engine's other path, which it takes where its helper model does not compile, has the
 * kernel {@code exp(a r_i) S_ij exp(a r_j)}; its OpenCL kernels raise an odd number of tokens to
 * the next even one. Neither is here. The engine also lets the text behind an image begin at the
 * position after the last kept patch's; here it stays where it was.
 */
final class OpenVinoCdPruner implements TokenReducer {

  static final Parameter<Integer> PRUNED = Parameter.count("pruned");
  static final Parameter<List<Double>> WEIGHT = Parameter.shares("weight");
  private static final Parameter<List<Double>> ENGINES_WEIGHT = WEIGHT.byDefault(List.of(0.5));

  private static final float SMALL = 1e-6f;
  private static final int ALL_PERCENT = 100;
  private static final TowerEvidence RELEVANCE = new TowerEvidence.PromptCosines();
  private static final TowerEvidence PAIRS = TowerEvidence.Cosines.DAMPED_OF_PROJECTED;

  private final MethodSpec spec;
  private final Optional<TokenBudget> budget;
  private final Optional<Integer> pruned;
  private final double weight;

  OpenVinoCdPruner(Parameters parameters) {
    this.pruned = pruned(parameters);
    this.budget = pruned.isPresent() ? Optional.empty() : Optional.of(TokenBudget.of(parameters));
    this.weight = weight(parameters);
    this.spec = parameters.spec(ENGINES_WEIGHT);
  }

  private static Optional<Integer> pruned(Parameters parameters) {
    Optional<Integer> percent = parameters.given(PRUNED);
    if (percent.isPresent() && parameters.has(TokenBudget.NEEDED)) {
      throw parameters.refusal("tokens gives the number; leave pruned out");
    }
    if (percent.orElse(1) >= ALL_PERCENT) {
      throw parameters.refusal(PRUNED.key(), "a whole number of percent from 1 to 99");
    }
    return percent;
  }

  private static double weight(Parameters parameters) {
    List<Double> weights = parameters.value(ENGINES_WEIGHT);
    if (weights.size() != 1) {
      throw parameters.refusal(WEIGHT.key(), "a number from 0 to 1");
    }
    return weights.get(0);
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return Set.of(RELEVANCE, PAIRS);
  }

  @Override
  public int tokens(PatchTokens patches) {
    return budget.map(given -> given.tokens(patches)).orElseGet(() -> unpruned(patches.count()));
  }

  private int unpruned(int patches) {
    int percent = pruned.orElseThrow();
    int tokens = (int) Math.round(patches * (1 - percent / (double) ALL_PERCENT));
    if (tokens == 0) {
      throw new ReductionException(
          Text.format(
              "Cannot prune %d %% of %d patches: none would be left; prune fewer",
              percent, patches));
    }
    return tokens;
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    int tokens = tokens(patches);
    float[] cosines = Ranking.finite(spec, "the cosine of prompt and patch", patches.of(RELEVANCE));
    PairCosines pairs =
        new PairCosines(
            Ranking.finite(spec, "the cosine of pair", patches.of(PAIRS)), patches.count());
    return patches.gather(Stage.AFTER_CONNECTOR, kept(pairs, cosines, (float) weight, tokens));
  }

  /**
   * Returns the patches that are kept, in raster order.
   *
   * @param cosines of the prompt with each patch
   * @param tokens from 1 to the number of patches
   */
  static int[] kept(PairCosines pairs, float[] cosines, float weight, int tokens) {
    int half = cosines.length / 2;
    int first = tokens / 2;
    int[] kept = Arrays.copyOf(half(pairs, cosines, 0, half, weight, first), tokens);
    int[] rest = half(pairs, cosines, half, cosines.length, weight, tokens - first);
    System.arraycopy(rest, 0, kept, first, rest.length);
    return kept;
  }

  // The patches kept of those from start to end, rising.
  private static int[] half(
      PairCosines pairs, float[] cosines, int start, int end, float weight, int tokens) {
    float[] relevance = relevance(Arrays.copyOfRange(cosines, start, end));
    PairKernel kernel =
        (patch, other) -> {
          float alike = pairs.of(start + patch, start + other);
          return alike * (1 - weight) + relevance[patch] * alike * relevance[other] * weight;
        };
    return Arrays.stream(picks(kernel, end - start, tokens))
        .map(pick -> start + pick)
        .sorted()
        .toArray();
  }

  /** Returns cosines scaled to [0, 1); all 0 where they are equal. */
  static float[] relevance(float[] cosines) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float cosine : cosines) {
      least = Math.min(least, cosine);
      most = Math.max(most, cosine);
    }
    float[] relevance = new float[cosines.length];
    for (int patch = 0; patch < relevance.length; patch++) {
      relevance[patch] = (cosines[patch] - least) / (most - least + SMALL);
    }
    return relevance;
  }

  /**
   * Returns the picks in their order; of equal patches the lower index. Where the patches that are
   * left add less than nothing, by rounding, they follow by their index.
   *
   * @param count of patches
   * @param tokens from 0 to {@code count}
   */
  static int[] picks(PairKernel kernel, int count, int tokens) {
    // What each patch would add to those picked; minus infinity once it is one of them.
    float[] added = new float[count];
    for (int patch = 0; patch < count; patch++) {
      added[patch] = kernel.of(patch, patch);
    }
    float[][] parts = new float[tokens][];
    int[] picks = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      int best = Ranking.largest(added);
      picks[i] = best;
      parts[i] = part(kernel, parts, i, best, added);
      for (int patch = 0; patch < count; patch++) {
        if (added[patch] != Float.NEGATIVE_INFINITY) {
          float left = added[patch] - parts[i][patch] * parts[i][patch];
          added[patch] = Float.isNaN(left) ? -Float.MAX_VALUE : left;
        }
      }
      added[best] = Float.NEGATIVE_INFINITY;
    }
    return picks;
  }

  // A row of the Cholesky decomposition of the kernel, but for what the engine takes for nothing.
  private static float[] part(
      PairKernel kernel, float[][] parts, int done, int best, float[] added) {
    float[] part = new float[added.length];
    for (int patch = 0; patch < part.length; patch++) {
      part[patch] = kernel.of(best, patch);
    }
    for (int i = 0; i < done; i++) {
      float factor = parts[i][best];
      if (!(Math.abs(factor) < SMALL)) { // also where it is NaN
        for (int patch = 0; patch < part.length; patch++) {
          part[patch] -= factor * parts[i][patch];
        }
      }
    }
    float scale = 1 / (float) Math.sqrt(added[best] + SMALL);
    for (int patch = 0; patch < part.length; patch++) {
      part[patch] *= scale;
    }
    return part;
  }
}
