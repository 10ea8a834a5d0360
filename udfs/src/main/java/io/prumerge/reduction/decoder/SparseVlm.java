package io.prumerge.reduction.decoder;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CountsKnob;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code sparsevlm} (arXiv 2410.04417; Gumpest/SparseVLMs 26a5f48, {@code score.py}, {@code
 * modelling_sparse_llama.py}, {@code utils.py}): after each of {@code layers}, 2, 6 and 15, the
 * visual tokens go on to which the raters attend most in that layer. Raters are the tokens of the
 * text that are more like the image than the mean of them; all of them where none is, as if they
 * were equal (the authors' code then ranks by 0 / 0).
 *
 * <ul>
 *   <li>{@code version=1}: some of the others are merged and follow ({@link RatedCut}); positions
 *       close up.
 *   <li>{@code version=2}, the authors' SparseVLM+: corrected attention of some heads ({@link
 *       HeadedCut}), nothing is merged, positions stay. They chose 14 heads on a model of 28; all
 *       heads count where there are fewer.
 * </ul>
 *
 * <p>{@code tokens} is the authors' number for a list of budgets: 192, 128, 96 or 64. {@code
 * budgets} names a list itself, as a decoder with fewer tokens needs it. A budget such as {@code
 * tokens=@mean:N} multiplies this list, by default that of 192, by one factor.
 *
 * <p>Deviations: attention in fp32, of the text's rows alone. No random noise on densities: the
 * first of equal ones counts as denser. With two clusters, mutual nearest neighbours tie in version
 * 1; 2 of 9 answers differ from the authors' code without its noise. {@code positions=kept} is ours
 * for version 1: a sum stands where that of its tokens stood which the raters attend to most.
 * Version 2 on OPT, which has no rotation, corrects by the same factor at all places.
 */
final class SparseVlm extends DecoderReducer {

  private static final Parameter<Integer> TOKENS = TokenBudget.OPTIONAL.byDefault(192);
  private static final Parameter<Boolean> SECOND_VERSION = Parameter.either("version", "1", "2");
  private static final Parameter<List<Integer>> LAYERS =
      Parameter.rising("layers", 0).byDefault(List.of(2, 6, 15));
  private static final Parameter<List<Integer>> BUDGETS = Parameter.counts("budgets");
  private static final Parameter<CutPositions> POSITIONS =
      CutPositions.PARAMETER.byDefault(CutPositions.PACKED);

  private static final Map<Integer, List<Integer>> FIRST =
      Map.of(
          192, List.of(300, 200, 110),
          128, List.of(303, 110, 36),
          96, List.of(238, 48, 26),
          64, List.of(66, 30, 17));
  private static final Map<Integer, List<Integer>> SECOND =
      Map.of(
          192, List.of(300, 200, 118),
          128, List.of(238, 108, 60),
          96, List.of(246, 54, 28),
          64, List.of(66, 34, 20));

  private final boolean second;
  private final List<Integer> layers;
  private final List<Integer> budgets;
  private final CutPositions positions;

  /**
   * @param budgets the parameter with this version's default, as {@code positions}
   */
  private SparseVlm(
      Parameters parameters, Parameter<List<Integer>> budgets, Parameter<CutPositions> positions) {
    super(parameters.spec(budgets, positions));
    this.second = parameters.value(SECOND_VERSION);
    this.layers = parameters.value(LAYERS);
    this.budgets = parameters.value(budgets);
    this.positions = parameters.value(positions);
    if (layers.size() != this.budgets.size()) {
      throw parameters.refusal("give as many budgets as layers");
    }
  }

  private static SparseVlm of(Parameters parameters) {
    boolean second = parameters.value(SECOND_VERSION);
    parameters.onlyOne(TOKENS, BUDGETS);
    Map<Integer, List<Integer>> known = second ? SECOND : FIRST;
    int tokens = parameters.value(TOKENS);
    if (!known.containsKey(tokens)) {
      throw parameters.refusal(
          "tokens must be 192, 128, 96 or 64, for which its authors have budgets, or @mean:N; or give budgets=N/N/N");
    }
    return new SparseVlm(
        parameters,
        BUDGETS.byDefault(known.get(tokens)),
        second ? CutPositions.PARAMETER : POSITIONS);
  }

  @Override
  public List<LayerCut> cuts(int tokens, int decoderLayers) {
    List<LayerCut> cuts = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      int layer = layers.get(i) + 1; // the authors' layer still sees all
      cuts.add(
          second
              ? new HeadedCut(layer, budgets.get(i), positions)
              : new RatedCut(layer, budgets.get(i), positions));
    }
    return cuts;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "sparsevlm",
          About.of("2410.04417", "Gumpest/SparseVLMs")
              .servable(Servable.no("prunes inside the decoder")),
          SparseVlm::of,
          TOKENS,
          SECOND_VERSION,
          LAYERS,
          BUDGETS,
          POSITIONS);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      Map<Integer, List<Integer>> authors = rest.value(SECOND_VERSION) ? SECOND : FIRST;
      List<Integer> shape = rest.given(BUDGETS).orElseGet(() -> authors.get(rest.value(TOKENS)));
      return Optional.of(new CountsKnob(BUDGETS.key(), shape));
    }
  }

  /**
   * A cut of SparseVLM's first version: the raters' attention in the layer below chooses the tokens
   * that go on as they are; of the others the best 30 % are merged into a tenth as many, which
   * follow them ({@code cluster_and_merge} in its {@code utils.py}).
   *
   * <p>Distances are Euclidean, divided by the root of the width. A token's density is exp(-mean of
   * the k smallest squared distances), itself included, for k clusters. The centres are the k
   * tokens with the largest product of density and distance to the nearest denser token (the
   * largest distance of all where there is none). Every token joins the nearest centre, and weighs
   * 1 / (size + 1e-6).
   *
   * <p>Deviation: the authors add random noise of 1e-6 to the densities, so that none are equal.
   * Here the first of equal ones counts as denser.
   *
   * @param budget tokens that go on as they are, unless fewer come
   */
  record RatedCut(int layer, int budget, CutPositions positions) implements LayerCut {

    private static final double RECYCLED = 0.3;
    private static final int CLUSTERED = 10;
    private static final double EPSILON = 1e-6;

    private Evidence attention() {
      return new Evidence.TextAttention(layer - 1);
    }

    private Evidence states() {
      return new Evidence.Hidden(layer);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(new Evidence.TextRelevance(), attention(), states());
    }

    private int unclustered(int tokens) {
      return Math.max(0, Math.min(budget, tokens - 1));
    }

    private int recycled(int tokens) {
      return (int) ((tokens - unclustered(tokens)) * RECYCLED) + 1;
    }

    private int clusters(int tokens) {
      return tokens == 0 ? 0 : recycled(tokens) / CLUSTERED + 1;
    }

    @Override
    public int count(int tokens) {
      return unclustered(tokens) + clusters(tokens);
    }

    /** Returns the distances of the recycled tokens and sums over all tokens. */
    @Override
    public long flops(int tokens, int width) {
      long distances = tokens == 0 ? 0 : (long) recycled(tokens) * recycled(tokens);
      return 2L * width * (distances + (long) clusters(tokens) * tokens);
    }

    @Override
    public Optional<DeviceRule> onDevice(int tokens) {
      return Optional.of(
          new DeviceRule(
              "sparsevlm", List.of(unclustered(tokens), recycled(tokens), clusters(tokens))));
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      int tokens = seen.count();
      if (tokens == 0) {
        return KeptTokens.of();
      }
      int whole = unclustered(tokens);
      int behind = whole + recycled(tokens);
      int[] recycled = seen.places(whole, behind);
      int[] cluster = seen.places(behind, behind + recycled.length);
      int[] sizes = new int[clusters(tokens)];
      IntStream.of(cluster).forEach(each -> sizes[each]++);
      int[] kept = Arrays.copyOf(seen.places(0, whole), count(tokens));
      float[] share = new float[sizes.length * tokens];
      for (int i = recycled.length - 1; i >= 0; i--) { // a sum has its first token's position
        kept[whole + cluster[i]] = recycled[i];
        share[cluster[i] * tokens + recycled[i]] = (float) (1 / (sizes[cluster[i]] + EPSILON));
      }
      return new KeptTokens(kept, share);
    }
  }

  /**
   * A cut of SparseVLM+: the raters' attention in the layer below, freed of what the rotation adds
   * to it, in the 14 heads where it has the largest sum. What does not go on is lost.
   *
   * @param budget tokens that go on, unless fewer come
   */
  record HeadedCut(int layer, int budget, CutPositions positions) implements LayerCut {

    private static final int HEADS = 14;

    private Evidence attention() {
      return new Evidence.TextHeadAttention(layer - 1);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(new Evidence.TextRelevance(), attention());
    }

    @Override
    public int count(int tokens) {
      return Math.max(0, Math.min(budget, tokens - 1));
    }

    @Override
    public Optional<DeviceRule> onDevice(int tokens) {
      return Optional.of(new DeviceRule("sparsevlm_plus", List.of(count(tokens), HEADS)));
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of(seen.places(0, count(seen.count())));
    }
  }
}
