package io.prumerge.reduction.tower;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerView;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchGroups;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ReductionPlace;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerPass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code flowcut} (arXiv 2505.19536; TungChintao/FlowCut a2ecd24, {@code modeling_clip_flowcut.py}
 * and {@code utils_flowcut.py}): from layer to layer of the tower fewer patches, by CLS attention
 * and values. Every layer below the last one adds to each patch's score, and after every second one
 * the lowest scores leave. A layer's score is (CLS attention + likeness of the value to CLS's) x
 * the L1 norm of the value, the first two as shares of their sums over the patches; the running
 * score is the mean of it and of the one before. The less evenly CLS attends, the more patches
 * leave ({@link #leaving}). After the last but one layer that the features need, {@code tokens} are
 * left, in raster order.
 *
 * <p>Of an image in tiles, {@code tokens} / 2 are left of each view in the tower, whose views go on
 * with as many patches as the one that drops most; without those that show padding, they stand in
 * the raster order of the whole grid. After the decoder's second layer, {@code tokens} are left of
 * all, by the same score of the prompt's last token ({@code modeling_llama_flowcut.py}; {@code
 * tiles=all}). {@code tiles=each} leaves an equal part of each view in the tower, and has no cut.
 *
 * <p>Deviations: scores and entropies in double precision. Each image is cut separately: in a
 * batch, the authors take the largest number that any image would drop. Attention of 0 has no
 * entropy; theirs is not a number.
 */
final class FlowCut extends BudgetReducer {

  /** Cutting by running scores. */
  record Cutting(boolean together) implements InTower {

    @Override
    public ReductionPlace place() {
      return ReductionPlace.AFTER_LAYER;
    }

    @Override
    public boolean proportional() {
      return false;
    }

    @Override
    public Set<LayerView> sees() {
      return Set.of(LayerView.CLASS_ATTENTION, LayerView.CLASS_VALUES, LayerView.VALUE_NORMS);
    }

    /** Returns the layers up to the first one after which it cuts. */
    @Override
    public int shared(int layers) {
      return layers < 2 ? 0 : layers % 2 + 1;
    }

    @Override
    public TowerPass way(int patches, int layers, int tokens) {
      if (layers < 2) {
        throw new ReductionException(
            Text.format(
                "Cannot use flowcut: it cuts below the last layer that the features need, and they"
                    + " need %d",
                layers));
      }
      return new Scoring(layers, tokens);
    }
  }

  /** The scores of one image. */
  private static final class Scoring implements TowerPass {

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
    public int most(int layer, int patches, Map<LayerView, float[]> seen) {
      int remaining = layers - 2 - layer;
      if (remaining % 2 != 0) {
        return patches;
      }
      return remaining == 0
          ? tokens
          : Math.max(
              tokens, patches - leaving(seen.get(LayerView.CLASS_ATTENTION), tokens, remaining));
    }

    @Override
    public PatchGroups next(int layer, int patches, int most, Map<LayerView, float[]> seen) {
      float[] attention = seen.get(LayerView.CLASS_ATTENTION);
      double[] scores =
          scores(attention, seen.get(LayerView.CLASS_VALUES), seen.get(LayerView.VALUE_NORMS));
      for (int patch = 0; patch < patches && running != null; patch++) {
        scores[patch] = 0.5 * running[patch] + 0.5 * scores[patch];
      }
      running = scores;
      if ((layers - layer) % 2 != 0) {
        return PatchGroups.all(patches);
      }
      int[] kept = Ranking.topInOrder(patches, most, patch -> scores[patch]);
      running = new double[most];
      for (int i = 0; i < most; i++) {
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

  /**
   * The cut inside the decoder, after its second layer.
   *
   * @param tokens that it keeps
   */
  private record FlowCutCut(int tokens) implements LayerCut {

    private static final int LOOKS_AT = 1;
    private static final Evidence FLOW = new Evidence.LastRowFlow(LOOKS_AT);

    @Override
    public int layer() {
      return LOOKS_AT + 1;
    }

    @Override
    public CutPositions positions() {
      return CutPositions.PACKED;
    }

    @Override
    public List<Evidence> sees() {
      return List.of(FLOW);
    }

    @Override
    public int count(int all) {
      return tokens;
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      float[] scores = seen.of(FLOW);
      return KeptTokens.of(Ranking.topInOrder(seen.count(), tokens, token -> scores[token]));
    }
  }

  private final Parameters parameters;
  private final InTower cutting;
  private final boolean cuts;

  /**
   * @param cuts whether it is for an image in tiles, of which it drops tokens inside the decoder
   */
  private FlowCut(Parameters parameters, boolean cuts) {
    super(parameters, Set.of());
    this.parameters = parameters;
    this.cutting = new Cutting(!parameters.value(TilesKey.EACH));
    this.cuts = cuts;
  }

  private boolean takesTogether(PatchTokens view) {
    return cutting.together() && !view.ofVideo() && view.ownViews().count() > 1;
  }

  @Override
  public TokenReducer on(PatchTokens image) {
    boolean tiled = image.views().stream().anyMatch(this::takesTogether);
    return tiled == cuts ? this : new FlowCut(parameters, tiled);
  }

  @Override
  public Optional<InTower> inTower() {
    return Optional.of(cutting);
  }

  /** Returns the number of tokens that the tower leaves of a view, padding included. */
  @Override
  public int tokens(PatchTokens view) {
    return takesTogether(view)
        ? Math.min(budget().ofImage(view) / 2, view.count())
        : super.tokens(view);
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    return patches.inTower(cutting, tokens);
  }

  @Override
  public ImageReduction reduceImage(List<? extends PatchTokens> views) {
    ImageReduction each = super.reduceImage(views);
    return takesTogether(views.get(0))
        ? each.in(views.get(0).tiles().map(tiles -> order(each, tiles, views)))
        : each;
  }

  // In the order of the sequence, which has no patches that show padding.
  private static RowOrder order(
      ImageReduction each, Tiles tiles, List<? extends PatchTokens> views) {
    int count = views.get(0).count();
    Map<Integer, Integer> tokens = new HashMap<>(); // of the patches
    for (int view = 0; view < views.size(); view++) {
      int first = view * count;
      int[] kept =
          each.views().get(view).keptIndices().orElseGet(() -> IntStream.range(0, count).toArray());
      for (int patch : kept) {
        tokens.put(first + patch, tokens.size());
      }
    }
    int[] rows =
        IntStream.of(tiles.patches()).filter(tokens::containsKey).map(tokens::get).toArray();
    return new RowOrder(rows, new int[0]);
  }

  /** Returns the cut of an image in tiles, if more tokens than it keeps are left of the views. */
  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    int most = budget().count();
    return cuts && tokens > most ? List.of(new FlowCutCut(most)) : List.of();
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "flowcut",
          About.of("2505.19536", "TungChintao/FlowCut")
              .servable(Servable.no("prunes inside the tower")),
          parameters -> new FlowCut(parameters, false),
          TilesKey.EACH,
          TokenBudget.NEEDED);
    }
  }
}
