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
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
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

  private static final String VERSION = "version";
  private static final String FIRST_VERSION = "1";
  private static final String BUDGETS = "budgets";
  private static final List<Integer> DEFAULT_LAYERS = List.of(2, 6, 15);
  private static final int DEFAULT_TOKENS = 192;

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

  private SparseVlm(
      CutParameters parameters,
      boolean second,
      List<Integer> layers,
      List<Integer> budgets,
      CutPositions positions) {
    super(parameters.spec());
    if (layers.size() != budgets.size()) {
      throw parameters.refusal("give as many budgets as layers");
    }
    this.second = second;
    this.layers = layers;
    this.budgets = budgets;
    this.positions = positions;
  }

  private static SparseVlm of(CutParameters parameters) {
    boolean second = second(parameters);
    parameters.onlyOne(CutParameters.TOKENS, BUDGETS);
    Map<Integer, List<Integer>> known = second ? SECOND : FIRST;
    int tokens = parameters.count(CutParameters.TOKENS, DEFAULT_TOKENS);
    if (!known.containsKey(tokens)) {
      throw parameters.refusal(
          "tokens must be 192, 128, 96 or 64, for which its authors have budgets, or @mean:N; or give budgets=N/N/N");
    }
    return new SparseVlm(
        parameters,
        second,
        parameters.layers(0, DEFAULT_LAYERS),
        parameters.counts(BUDGETS, known.get(tokens)),
        parameters.positions(second ? CutPositions.KEPT : CutPositions.PACKED));
  }

  private static boolean second(CutParameters parameters) {
    return parameters.choice(VERSION, FIRST_VERSION, "2").equals("2");
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
          List.of(
              CutParameters.TOKENS,
              VERSION,
              CutParameters.LAYERS,
              BUDGETS,
              CutParameters.POSITIONS),
          About.of("2410.04417", "Gumpest/SparseVLMs")
              .with(CutParameters.TOKENS, DEFAULT_TOKENS)
              .with(VERSION, FIRST_VERSION)
              .with(CutParameters.LAYERS, DEFAULT_LAYERS)
              .with(CutParameters.POSITIONS, CutPositions.PACKED)
              .servable(Servable.no("prunes inside the decoder")),
          parameters -> SparseVlm.of(new CutParameters(parameters)));
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      CutParameters parameters = new CutParameters(rest);
      List<Integer> authors = (second(parameters) ? SECOND : FIRST).get(DEFAULT_TOKENS);
      return Optional.of(new CountsKnob(BUDGETS, parameters.counts(BUDGETS, authors)));
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
