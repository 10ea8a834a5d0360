package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.Kept;
import io.prumerge.reduction.LayerCut.Positions;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code clse} (ECCV 2026; zjubinchen/CLSE cfc9710, {@code clse_model.py} and {@code tools.py} of
 * LLaVA1.5): before up to three layers, the visual tokens go on to which the prompt's last token
 * attends most in the layer below. Before the first of them, while they are a whole grid, that
 * attention is multiplied by a factor from 0 to 1: how much more than other tokens a token's high
 * frequencies over the grid have changed since the first layer ({@link Evidence.HighPass}).
 *
 * <p>{@code tokens} is the authors' number for three counts: of 192, 128 and 64 their own, else the
 * parts of it that their code takes, rounded down. Tokens keep their order and their positions. The
 * others leave the caches of the layers before, too, so that answers see in all layers what the
 * last cut leaves.
 */
final class Clse extends DecoderReducer {

  private static final List<Integer> DEFAULT_LAYERS = List.of(1, 11, 21);
  private static final int DEFAULT_TOKENS = 192;
  private static final Map<Integer, List<Integer>> COUNTS =
      Map.of(
          192, List.of(330, 210, 62),
          128, List.of(220, 140, 41),
          64, List.of(110, 70, 20));
  private static final List<Double> PARTS = List.of(1.72, 1.09, 0.32);

  private final List<Integer> layers;
  private final List<Integer> counts;
  private final Positions positions;

  private Clse(CutParameters parameters, List<Integer> layers, int tokens, Positions positions) {
    super(parameters.spec());
    this.layers = layers;
    this.counts =
        COUNTS.getOrDefault(tokens, PARTS.stream().map(part -> (int) (tokens * part)).toList());
    this.positions = positions;
  }

  private static Clse of(CutParameters parameters) {
    List<Integer> layers = parameters.layers(1, DEFAULT_LAYERS);
    if (layers.size() > PARTS.size()) {
      throw parameters.refusal("give three layers at most, as it has three counts");
    }
    int tokens = parameters.count(CutParameters.TOKENS, DEFAULT_TOKENS);
    return new Clse(parameters, layers, tokens, parameters.positions(Positions.KEPT));
  }

  /**
   * @throws ReductionException also if the tokens are not the patches of one view
   */
  @Override
  public TokenReducer on(PatchTokens image) {
    if (image.views().size() > 1 || image.tokens() != image.count()) {
      throw new ReductionException(
          "Cannot use clse: it filters the grid of one view's patches, and the language model"
              + " receives other tokens; use a model without tiles and queries, such as LLaVA-1.5");
    }
    return this;
  }

  @Override
  public List<LayerCut> cuts(int tokens, int decoderLayers) {
    List<LayerCut> cuts = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) { // fewer layers take the first counts
      cuts.add(new Cut(layers.get(i), i == 0, counts.get(i), positions));
    }
    return cuts;
  }

  /**
   * One of the method's cuts.
   *
   * @param first whether the tokens that reach it are the whole grid
   * @param tokens how many it keeps, unless fewer come
   */
  private record Cut(int layer, boolean first, int tokens, Positions positions)
      implements LayerCut {

    private static final double EPSILON = 1e-6;
    private static final double TEMPERATURE = 0.1;

    private Evidence attention() {
      return new Evidence.LastRowAttention(layer - 1);
    }

    private Evidence before() {
      return new Evidence.HighPass(0);
    }

    private Evidence now() {
      return new Evidence.HighPass(layer);
    }

    @Override
    public List<Evidence> sees() {
      return first ? List.of(before(), now(), attention()) : List.of(attention());
    }

    @Override
    public int count(int all) {
      return Math.min(all, tokens);
    }

    @Override
    public boolean dropsEarlierRows() {
      return true;
    }

    @Override
    public Kept keep(SeenTokens seen) {
      int all = seen.count();
      float[] attention = seen.of(attention());
      double[] factors = first ? factors(seen.of(before()), seen.of(now())) : null;
      return Kept.of(
          Ranking.topInOrder(
              all,
              count(all),
              token -> first ? factors[token] * attention[token] : attention[token]));
    }

    private static double[] factors(float[] before, float[] now) {
      double mean = 0;
      for (float each : before) {
        mean += each / before.length;
      }
      double[] changes = new double[before.length];
      double meanChange = 0;
      for (int token = 0; token < changes.length; token++) {
        double change = Math.abs(now[token] - before[token]) / (mean + before[token] + EPSILON);
        changes[token] = Math.min(1, change);
        meanChange += changes[token] / changes.length;
      }
      double squares = 0;
      for (double change : changes) {
        squares += (change - meanChange) * (change - meanChange);
      }
      double deviation = Math.sqrt(squares / (changes.length - 1)) + EPSILON;
      for (int token = 0; token < changes.length; token++) {
        double normed = (changes[token] - meanChange) / deviation;
        changes[token] = 1 / (1 + Math.exp(-normed / TEMPERATURE));
      }
      return changes;
    }
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "clse";
    }

    @Override
    public List<String> keys() {
      return List.of(CutParameters.TOKENS, CutParameters.LAYERS, CutParameters.POSITIONS);
    }

    @Override
    public About about() {
      return About.of("", "zjubinchen/CLSE")
          .with(CutParameters.TOKENS, DEFAULT_TOKENS)
          .with(CutParameters.LAYERS, DEFAULT_LAYERS)
          .with(CutParameters.POSITIONS, Positions.KEPT);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return Clse.of(new CutParameters(parameters));
    }
  }
}
