package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.Positions;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code sparsevlm} (arXiv 2410.04417; Gumpest/SparseVLMs 26a5f48, {@code score.py}, {@code
 * modelling_sparse_llama.py}, {@code utils.py}): behind layers 2, 6 and 15, the visual tokens go on
 * to which the raters attend most in that layer. Raters are the tokens of the text that are more
 * like the image than others ({@link TextRaters}).
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
 * <p>Deviations: attention in fp32, of the text's rows alone; those of {@link DensityPeaks} and
 * {@link TextRaters}.
 */
final class SparseVlm extends DecoderReducer {

  private static final String VERSION = "version";
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
  private final Positions positions;

  private SparseVlm(
      CutParameters parameters,
      boolean second,
      List<Integer> layers,
      List<Integer> budgets,
      Positions positions) {
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
        parameters.positions(second ? Positions.KEPT : Positions.PACKED));
  }

  private static boolean second(CutParameters parameters) {
    return parameters.choice(VERSION, "1", "2").equals("2");
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
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "sparsevlm";
    }

    @Override
    public List<String> keys() {
      return List.of(
          CutParameters.TOKENS, VERSION, CutParameters.LAYERS, BUDGETS, CutParameters.POSITIONS);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      CutParameters parameters = new CutParameters(rest);
      List<Integer> authors = (second(parameters) ? SECOND : FIRST).get(DEFAULT_TOKENS);
      return Optional.of(new Knob.Counts(BUDGETS, parameters.counts(BUDGETS, authors)));
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return SparseVlm.of(new CutParameters(parameters));
    }
  }
}
