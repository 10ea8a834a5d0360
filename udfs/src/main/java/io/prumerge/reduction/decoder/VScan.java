package io.prumerge.reduction.decoder;

import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code vscan} (arXiv 2505.22654; Tencent/SelfEvolvingAgent a82450e, folder VScan, {@code
 * llava_arch.py} and {@code modeling_llama_x.py}): the best patches of windows and of the whole
 * image by CLS attention, of which a part leaves in the middle of the decoder. It has two stages:
 *
 * <ol>
 *   <li>Of {@code before} tokens, half are the best of each window of the grid by CLS attention in
 *       a shallow layer of the tower ({@link WindowScan}), the others the best of all that are left
 *       in the features' last layer. After the connector every other patch joins the kept one that
 *       it is most like (cosine), and each token is the mean of its patches; raster order.
 *   <li>Before the decoder's layer {@code layer}, half of its layers by default, {@code after}
 *       tokens go on, as {@link PyramidDrop} chooses them; positions close up.
 * </ol>
 *
 * <p>{@code tokens=N} is the authors' "64 tokens on average": 96, and 32 from the middle on. So
 * before is N and half of it, after N less half of it. A budget chooses this N. Of an image in
 * tiles both are of all views, each of which hands over an equal part of {@code before}.
 *
 * <p>A window gives a whole number of tokens. What half of {@code before} has beyond that is not
 * kept, as in the authors' code: 100 become 98. Below 32 no window gives any, where their code
 * fails.
 *
 * <p>{@code attention=received} is the authors' code for Qwen2.5-VL ({@code qwen2_5_vl_custom.py}):
 * scores are the attention that a patch gets ({@link ScoringAttention}), windows are of 4 x 4
 * patches ({@link BoundedScan}), and positions are kept (on InternVL they close up). There the
 * cut's queries and keys are not rotated; ours are, as in the authors' code for LLaVA.
 *
 * <p>Deviations: those of {@link WindowScan} on grids other than 24 x 24; the shallow layer is the
 * sixth of 24 and alike (the authors' index 5). Of equal cosines the first patch is joined. The
 * authors keep all patches as they are if {@code before} is 576; here if it is all of them.
 */
final class VScan implements TokenReducer {

  private static final Parameter<Integer> BEFORE = Parameter.count("before");
  private static final Parameter<Integer> AFTER = Parameter.count("after");
  private static final Parameter<Integer> LAYER = Parameter.count("layer");
  private static final Parameter<CutPositions> POSITIONS =
      CutPositions.PARAMETER.byDefault(CutPositions.PACKED);
  private static final TowerLayer SHALLOW = new TowerLayer.Alike(6, 24);
  private static final TowerLayer DEEP = new TowerLayer.Last();
  private static final TowerEvidence COSINES = TowerEvidence.Cosines.OF_PROJECTED;

  private final MethodSpec spec;
  private final int before;
  private final int after;
  private final Optional<Integer> layer;
  private final ScoringAttention attention;
  private final CutPositions positions;

  private VScan(Parameters parameters) {
    parameters.onlyOne(TokenBudget.NEEDED, BEFORE);
    parameters.onlyOne(TokenBudget.NEEDED, AFTER);
    Optional<Integer> tokens = parameters.given(TokenBudget.NEEDED);
    this.before = tokens.map(n -> n + n / 2).or(() -> parameters.given(BEFORE)).orElse(0);
    this.after = tokens.map(n -> n - n / 2).or(() -> parameters.given(AFTER)).orElse(0);
    this.layer = parameters.given(LAYER);
    this.attention = parameters.value(ScoringAttention.PARAMETER);
    if (before == 0 || after == 0 || after > before) {
      throw parameters.refusal("give tokens=N, or before=N and after=N, which is at most before");
    }
    Parameter<CutPositions> stay =
        attention == ScoringAttention.CLASS ? POSITIONS : CutPositions.PARAMETER;
    this.positions = parameters.value(stay);
    this.spec = parameters.spec(stay);
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return Set.of(attention.in(SHALLOW), attention.in(DEEP), COSINES);
  }

  /** Returns what it looks at of a view that it does not leave whole. */
  @Override
  public Set<TowerEvidence> needs(PatchTokens view) {
    return scan(view).budget() == view.count() ? Set.of() : needs();
  }

  @Override
  public int tokens(PatchTokens patches) {
    return scan(patches).tokens();
  }

  private Scan scan(PatchTokens patches) {
    int most = patches.views().stream().mapToInt(PatchTokens::count).sum();
    if (before > most) {
      throw new ReductionException(
          Text.format(
              "Cannot hand %d tokens to the decoder by %s: the image has %d patches; give fewer"
                  + " tokens",
              before, spec, most));
    }
    int wanted = new TokenBudget(before).tokens(patches);
    return attention == ScoringAttention.CLASS
        ? new WindowScan(patches.grid(), wanted)
        : new BoundedScan(patches.grid(), wanted);
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    Scan scan = scan(patches);
    if (scan.budget() == patches.count()) {
      return patches.all();
    }
    int[] kept = scan.selectPatches(attention(patches, SHALLOW), attention(patches, DEEP));
    float[] cosines = Ranking.finite(spec, "the cosine of pair", patches.of(COSINES));
    return patches.blend(Stage.AFTER_CONNECTOR, joined(kept, cosines, patches.count()));
  }

  private float[] attention(PatchTokens patches, TowerLayer layer) {
    return Ranking.finite(spec, "the attention to patch", patches.of(attention.in(layer)));
  }

  /**
   * Returns the kept patches, each the mean of itself and the others that it is most like.
   *
   * @param cosines of all pairs of so many patches
   */
  private static List<Blend> joined(int[] kept, float[] cosines, int patches) {
    List<List<Integer>> joined = new ArrayList<>();
    boolean[] own = new boolean[patches];
    for (int patch : kept) {
      joined.add(new ArrayList<>());
      own[patch] = true;
    }
    for (int patch = 0; patch < patches; patch++) {
      if (!own[patch]) {
        joined.get(nearest(kept, cosines, patch * patches)).add(patch);
      }
    }
    List<Blend> tokens = new ArrayList<>();
    for (int place = 0; place < kept.length; place++) {
      tokens.add(Blend.mean(kept[place], joined.get(place)));
    }
    return tokens;
  }

  // The first of equal ones.
  private static int nearest(int[] kept, float[] cosines, int row) {
    int nearest = 0;
    for (int place = 1; place < kept.length; place++) {
      if (cosines[row + kept[place]] > cosines[row + kept[nearest]]) {
        nearest = place;
      }
    }
    return nearest;
  }

  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    int cut = layer.orElse(layers / 2);
    return List.of(new LastRowCut(cut, cut, Math.min(after, tokens), positions));
  }

  /** The authors' numbers, of which the decoder receives one and a half. */
  private record Numbers() implements Knob {
    @Override
    public String key() {
      return TokenBudget.KEY;
    }

    @Override
    public int settings(int patches, int layers) {
      return (int) ((2L * patches + 1) / 3);
    }

    @Override
    public String value(int setting, int patches, int layers) {
      return Integer.toString(setting);
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "vscan",
          About.of("2505.22654", "Tencent/SelfEvolvingAgent")
              .servable(Servable.no("tower attention, then decoder cuts")),
          VScan::new,
          TokenBudget.NEEDED,
          ScoringAttention.PARAMETER,
          BEFORE,
          AFTER,
          LAYER,
          POSITIONS);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.of(new Numbers());
    }
  }

  /** A choice of patches: the best of each window by one attention, of the others by another. */
  private sealed interface Scan {

    /** Returns the tokens to leave, at most the patches. */
    int budget();

    /** Returns the tokens that are left. */
    int tokens();

    /** Returns the patches that are kept, ascending. */
    int[] selectPatches(float[] shallow, float[] deep);

    private static int[] patches(boolean[] chosen, boolean which) {
      return IntStream.range(0, chosen.length).filter(patch -> chosen[patch] == which).toArray();
    }

    /** Returns the chosen patches and the best others, ascending. */
    private static int[] with(boolean[] chosen, float[] deep, int more) {
      int[] others = patches(chosen, false);
      for (int place : Ranking.top(others.length, more, place -> deep[others[place]])) {
        chosen[others[place]] = true;
      }
      return patches(chosen, true);
    }
  }

  /**
   * VScan's choice on LLaVA.
   *
   * <p>The authors' grid of 24 x 24 has 4 x 4 windows of 6 x 6. Other grids have as many, as equal
   * as can be; those of fewer than four rows one for each patch. A window gives all of its patches
   * at most.
   *
   * @param grid of the patches
   * @param budget tokens, at most the patches
   */
  record WindowScan(PatchGrid grid, int budget) implements Scan {

    private static final int WINDOWS = 4;

    /**
     * Returns the tokens that are left: fewer where the windows' half cannot be dealt out evenly.
     */
    @Override
    public int tokens() {
      return budget == grid.patches()
          ? budget
          : global() + windows().stream().mapToInt(this::local).sum();
    }

    private int global() {
      return budget - budget / 2;
    }

    private int local(List<Integer> window) {
      return Math.min(window.size(), budget / 2 / windowGrid().patches());
    }

    private PatchGrid windowGrid() {
      return new PatchGrid(Math.min(grid.rows(), WINDOWS), Math.min(grid.cols(), WINDOWS));
    }

    // The patches of each window, row by row.
    private List<List<Integer>> windows() {
      PatchGrid count = windowGrid();
      List<List<Integer>> windows = new ArrayList<>();
      for (int window = 0; window < count.patches(); window++) {
        windows.add(new ArrayList<>());
      }
      for (int patch = 0; patch < grid.patches(); patch++) {
        int row = patch / grid.cols() * count.rows() / grid.rows();
        int column = patch % grid.cols() * count.cols() / grid.cols();
        windows.get(row * count.cols() + column).add(patch);
      }
      return windows;
    }

    @Override
    public int[] selectPatches(float[] shallow, float[] deep) {
      boolean[] chosen = new boolean[grid.patches()];
      for (List<Integer> window : windows()) {
        int[] best = Ranking.top(window.size(), local(window), place -> shallow[window.get(place)]);
        for (int place : best) {
          chosen[window.get(place)] = true;
        }
      }
      return Scan.with(chosen, deep, global());
    }
  }

  /**
   * VScan's choice on Qwen2.5-VL ({@code window_selection} of {@code qwen2_5_vl_utils.py}): half of
   * the tokens, rounded down, are the best of all by the shallow attention, but of no window more
   * than its part, rounded up. Windows are of 4 x 4 patches; rows and columns beyond the last whole
   * one are the last window's.
   *
   * <p>Deviation: a grid of fewer than four rows or columns has one window there; the authors' code
   * fails.
   *
   * @param grid of the patches
   * @param budget tokens, at most the patches
   */
  record BoundedScan(PatchGrid grid, int budget) implements Scan {

    private static final int SIDE = 4;

    @Override
    public int tokens() {
      return budget;
    }

    @Override
    public int[] selectPatches(float[] shallow, float[] deep) {
      PatchGrid windows =
          new PatchGrid(Math.max(1, grid.rows() / SIDE), Math.max(1, grid.cols() / SIDE));
      int local = budget / 2;
      int most = (local + windows.patches() - 1) / windows.patches();
      int[] ofWindow = new int[windows.patches()];
      boolean[] chosen = new boolean[grid.patches()];
      int left = local;
      for (int patch : Ranking.top(shallow, shallow.length)) {
        int row = Math.min(patch / grid.cols() / SIDE, windows.rows() - 1);
        int column = Math.min(patch % grid.cols() / SIDE, windows.cols() - 1);
        int window = row * windows.cols() + column;
        if (left > 0 && ofWindow[window] < most) {
          ofWindow[window]++;
          chosen[patch] = true;
          left--;
        }
      }
      return Scan.with(chosen, deep, budget - local + left);
    }
  }
}
