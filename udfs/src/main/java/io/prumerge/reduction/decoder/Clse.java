package io.prumerge.reduction.decoder;

import io.prumerge.config.ReferenceModel;
import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code clse} (ECCV 2026; zjubinchen/CLSE cfc9710, {@code clse_model.py} of LLaVA1.5, {@code
 * clse_qwen2vl_model.py} of Qwen2VL, {@code tools.py}): before up to three layers, the visual
 * tokens go on to which the prompt's last token attends most in the layer below. Before the first
 * of them, while they are a whole grid, that attention is multiplied by a factor from 0 to 1: how
 * much more than other tokens a token's high frequencies over the grid have changed since the first
 * layer ({@link Evidence.HighPass}).
 *
 * <p>{@code tokens} is the authors' number for three counts: of 192, 128 and 64 their own, else the
 * parts of it that their code takes, rounded down. On Qwen's models their code has shares of the
 * image's tokens instead, for which {@code tokens} is the share that it is of them, and at least
 * one token stays. Tokens keep their order and their positions. The others leave the caches of the
 * layers before, too, so that answers see in all layers what the last cut leaves; not on Qwen's
 * models, where the authors' code has taken that out.
 *
 * <p>{@code layers} names them, three at most: 1/11/21, and on Qwen's models from Qwen2-VL on
 * 1/10/19.
 *
 * <p>Deviations: the filter is two products of matrices, which do what the authors' Fourier
 * transforms and mask do. On LLaVA their code fails for numbers other than 192, 128 and 64;
 * PriorTR's port rounds down, as ours does. It takes rows 35 to 610 for the image, and does nothing
 * if a prompt is shorter; ours takes the image's own. On Qwen's models {@code tokens=25%} may keep
 * a token more or fewer than their share does, of a number that 4 does not divide. Of a grid of one
 * row or column their scores are no numbers; ours is the error {@code reduction_failed}.
 */
final class Clse extends DecoderReducer {

  private static final Parameter<Integer> TOKENS = TokenBudget.OPTIONAL.byDefault(192);
  private static final Parameter<List<Integer>> LAYERS = Parameter.rising("layers", 1);
  private static final int STAGES = 3;

  /** What the authors' code for a model has. */
  private interface Rule {

    static Rule of(ReferenceModel model) {
      return model == ReferenceModel.QWEN_VL ? new Shares() : new Counts();
    }

    /** Returns the layers before which it cuts, unless they are given. */
    List<Integer> layers();

    /**
     * Returns how many tokens each cut keeps.
     *
     * @param tokens the method's key
     * @param all the image's tokens
     */
    List<Integer> counts(int tokens, int all);

    boolean dropsEarlierRows();
  }

  /** LLaVA's. */
  private record Counts() implements Rule {

    private static final Map<Integer, List<Integer>> COUNTS =
        Map.of(
            192, List.of(330, 210, 62),
            128, List.of(220, 140, 41),
            64, List.of(110, 70, 20));
    private static final List<Double> PARTS = List.of(1.72, 1.09, 0.32);

    @Override
    public List<Integer> layers() {
      return List.of(1, 11, 21);
    }

    @Override
    public List<Integer> counts(int tokens, int all) {
      return COUNTS.getOrDefault(
          tokens, PARTS.stream().map(part -> (int) (tokens * part)).toList());
    }

    @Override
    public boolean dropsEarlierRows() {
      return true;
    }
  }

  /** Qwen2-VL's. */
  private record Shares() implements Rule {

    private static final Map<Double, List<Double>> SHARES =
        Map.of(
            0.334, List.of(0.57, 0.36, 0.098),
            0.223, List.of(0.38, 0.24, 0.066),
            0.112, List.of(0.19, 0.12, 0.034));
    private static final List<Double> PARTS = List.of(1.71, 1.08, 0.294);

    @Override
    public List<Integer> layers() {
      return List.of(1, 10, 19);
    }

    // A number of tokens is one of the shares with their own parts if it is that share, rounded.
    @Override
    public List<Integer> counts(int tokens, int all) {
      double share = tokens / (double) all;
      List<Double> shares =
          SHARES.entrySet().stream()
              .filter(own -> Math.rint(own.getKey() * all) == tokens)
              .min(Comparator.comparingDouble(own -> Math.abs(own.getKey() - share)))
              .map(Map.Entry::getValue)
              .orElseGet(() -> PARTS.stream().map(part -> share * part).toList());
      return shares.stream().map(part -> Math.max(1, (int) (all * part))).toList();
    }

    @Override
    public boolean dropsEarlierRows() {
      return false;
    }
  }

  /** The parameters. */
  private record Given(Optional<List<Integer>> layers, int tokens, CutPositions positions) {

    static Given of(Parameters parameters) {
      Optional<List<Integer>> layers = parameters.given(LAYERS);
      if (layers.isPresent() && layers.get().size() > STAGES) {
        throw parameters.refusal("give three layers at most, as it has three counts");
      }
      return new Given(layers, parameters.value(TOKENS), parameters.value(CutPositions.PARAMETER));
    }
  }

  private final Given given;
  private final Rule rule;
  private final Optional<PatchGrid> grid;

  /**
   * @param grid of the image's tokens; a square where there is no image yet
   */
  private Clse(MethodSpec spec, Given given, Rule rule, Optional<PatchGrid> grid) {
    super(spec);
    this.given = given;
    this.rule = rule;
    this.grid = grid;
  }

  /**
   * @throws ReductionException also if the tokens are not the patches of one view, or there is
   *     nothing to filter in one row or column of them
   */
  @Override
  public TokenReducer on(PatchTokens image) {
    if (image.views().size() > 1 || image.tokens() != image.count()) {
      throw new ReductionException(
          "Cannot use clse: it filters the grid of one view's patches, and the language model"
              + " receives other tokens; use a model without tiles and queries, such as LLaVA-1.5");
    }
    PatchGrid own = image.grid();
    if (Math.min(own.rows(), own.cols()) < 2) {
      throw new ReductionException(
          Text.format(
              "Cannot use clse: it filters a grid of tokens, and this image has %d x %d of them;"
                  + " use a larger image, or another method",
              own.rows(), own.cols()));
    }
    return new Clse(spec(), given, Rule.of(image.reference()), Optional.of(own));
  }

  @Override
  public List<LayerCut> cuts(int tokens, int decoderLayers) {
    List<Integer> layers = given.layers().orElseGet(rule::layers);
    List<Integer> counts = rule.counts(given.tokens(), tokens);
    PatchGrid whole = grid.orElseGet(() -> PatchGrid.square(Math.max(1, (int) Math.sqrt(tokens))));
    List<LayerCut> cuts = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) { // fewer layers take the first counts
      cuts.add(
          new Cut(
              layers.get(i),
              i == 0 ? Optional.of(whole) : Optional.empty(),
              counts.get(i),
              rule.dropsEarlierRows(),
              given.positions()));
    }
    return cuts;
  }

  /**
   * One of the method's cuts.
   *
   * @param grid of the tokens that reach it, if it is the first
   * @param tokens how many it keeps, unless fewer come
   */
  private record Cut(
      int layer,
      Optional<PatchGrid> grid,
      int tokens,
      boolean dropsEarlierRows,
      CutPositions positions)
      implements LayerCut {

    private static final double EPSILON = 1e-6;
    private static final double TEMPERATURE = 0.1;

    private Evidence attention() {
      return new Evidence.LastRowAttention(layer - 1);
    }

    private static Evidence before(PatchGrid grid) {
      return new Evidence.HighPass(0, grid);
    }

    private Evidence now(PatchGrid grid) {
      return new Evidence.HighPass(layer, grid);
    }

    @Override
    public List<Evidence> sees() {
      return grid.map(whole -> List.of(before(whole), now(whole), attention()))
          .orElseGet(() -> List.of(attention()));
    }

    @Override
    public int count(int all) {
      return Math.min(all, tokens);
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      int all = seen.count();
      float[] attention = seen.of(attention());
      Optional<double[]> factors =
          grid.map(whole -> factors(seen.of(before(whole)), seen.of(now(whole))));
      return KeptTokens.of(
          Ranking.topInOrder(
              all,
              count(all),
              token -> factors.map(some -> some[token]).orElse(1.0) * attention[token]));
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
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "clse",
          About.of("", "zjubinchen/CLSE").servable(Servable.no("prunes inside the decoder")),
          Factory::reducer,
          TOKENS,
          LAYERS,
          CutPositions.PARAMETER);
    }

    private static TokenReducer reducer(Parameters parameters) {
      Given given = Given.of(parameters);
      return new Clse(parameters.spec(), given, Rule.of(ReferenceModel.LLAVA), Optional.empty());
    }
  }
}
