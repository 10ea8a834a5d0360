package io.prumerge.reduction.tower;

import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchGroups;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code flowcut} (arXiv 2505.19536; TungChintao/FlowCut a2ecd24, {@code modeling_clip_flowcut.py}
 * and {@code utils_flowcut.py}): every layer below the last one adds to each patch's score, and
 * behind every second one the lowest scores leave. A layer's score is (CLS attention + likeness of
 * the value to CLS's) x the L1 norm of the value, the first two as shares of their sums over the
 * patches; the running score is the mean of it and of the one before. The less evenly CLS attends,
 * the more patches leave ({@link #leaving}). Behind the last but one layer that the features need,
 * {@code tokens} are left, in raster order.
 *
 * <p>Deviations: scores and entropies in double precision. Each image is cut separately: in a
 * batch, the authors take the largest number that any image would drop. Attention of 0 has no
 * entropy; theirs is not a number.
 */
final class FlowCut extends BudgetReducer {

  /** Cutting by running scores. */
  record Cutting() implements InTower {

    @Override
    public Place place() {
      return Place.BEHIND_LAYER;
    }

    @Override
    public boolean proportional() {
      return false;
    }

    @Override
    public Set<View> sees() {
      return Set.of(View.CLASS_ATTENTION, View.CLASS_VALUES, View.VALUE_NORMS);
    }

    /** Returns the layers up to the first one behind which it cuts. */
    @Override
    public int shared(int layers) {
      return layers < 2 ? 0 : layers % 2 + 1;
    }

    @Override
    public Way way(int patches, int layers, int tokens) {
      if (layers < 2) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot use flowcut: it cuts below the last layer that the features need, and they need %d",
                layers));
      }
      return new Scoring(layers, tokens);
    }
  }

  /** The scores of one image. */
  private static final class Scoring implements InTower.Way {

    private final int layers;
    private final int tokens;
    private double[] running;

    private Scoring(int layers, int tokens) {
      this.layers = layers;
      this.tokens = tokens;
    }

    @Override
    public boolean looks(int layer, int patches) {
      return layer < layers - 1 && patches > tokens;
    }

    @Override
    public PatchGroups next(int layer, int patches, Map<InTower.View, float[]> seen) {
      float[] attention = seen.get(InTower.View.CLASS_ATTENTION);
      double[] scores =
          scores(
              attention, seen.get(InTower.View.CLASS_VALUES), seen.get(InTower.View.VALUE_NORMS));
      for (int patch = 0; patch < patches && running != null; patch++) {
        scores[patch] = 0.5 * running[patch] + 0.5 * scores[patch];
      }
      running = scores;
      int remaining = layers - 2 - layer;
      if (remaining % 2 != 0) {
        return PatchGroups.all(patches);
      }
      int left =
          remaining == 0
              ? tokens
              : Math.max(tokens, patches - leaving(attention, tokens, remaining));
      int[] kept = Ranking.topInOrder(patches, left, patch -> scores[patch]);
      running = new double[left];
      for (int i = 0; i < left; i++) {
        running[i] = scores[kept[i]];
      }
      return PatchGroups.of(patches, kept);
    }
  }

  private static double[] scores(float[] attention, float[] likeness, float[] norms) {
    double attended = sum(attention);
    double alike = sum(likeness);
    double[] scores = new double[norms.length];
    for (int patch = 0; patch < scores.length; patch++) {
      scores[patch] = (attention[patch] / attended + likeness[patch] / alike) * norms[patch];
    }
    return scores;
  }

  /**
   * Returns how many of n patches leave: (n - tokens) / sqrt(remaining) x (1 - (entropy / ln n)^2),
   * halves to even.
   *
   * @param attention of CLS to each of them
   * @param remaining layers above this one below the last
   */
  static int leaving(float[] attention, int tokens, int remaining) {
    double attended = sum(attention);
    double entropy = 0;
    for (float value : attention) {
      double share = value / attended;
      entropy -= share > 0 ? share * Math.log(share) : 0;
    }
    double evenness = entropy / Math.log(attention.length);
    double most = (attention.length - tokens) / Math.sqrt(remaining);
    return (int) Math.rint(most * (1 - evenness * evenness));
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static final InTower CUTTING = new Cutting();

  private FlowCut(Parameters parameters) {
    super(parameters, Map.of(), Set.of());
  }

  @Override
  public Optional<InTower> inTower() {
    return Optional.of(CUTTING);
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    return patches.inTower(CUTTING, tokens);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "flowcut";
    }

    @Override
    public List<String> keys() {
      return List.of(TokenBudget.KEY);
    }

    @Override
    public About about() {
      return About.of("2505.19536", "TungChintao/FlowCut").example("tokens=64");
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new FlowCut(parameters);
    }
  }
}
