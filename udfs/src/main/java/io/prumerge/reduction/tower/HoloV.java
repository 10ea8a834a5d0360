package io.prumerge.reduction.tower;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code holov} (arXiv 2510.02912; obananas/HoloV 1d2e65e, {@code HoloV} of {@code
 * llava/model/utils.py}): the patches are cut into {@code runs} runs of the raster order. Each run
 * gets a part of the tokens ({@link HoloVQuotas}), its patches with the largest CLS attention in
 * the last layer of the features: by falling attention, or all of them in raster order. Runs stay
 * in raster order. The tokens are taken behind the connector.
 *
 * <p>A run may be due more tokens than it has patches. {@code mode=reference} does what the
 * authors' code does: so many zero vectors come last, and the language model sees them. With {@code
 * mode=capped} these tokens go to other runs, the one with the largest weight first.
 *
 * <p>Deviations: cosines without the authors' 1e-6 beside the norms. The authors' file has 16 runs
 * and 64 tokens as constants.
 */
final class HoloV extends BudgetReducer {

  private static final String ALPHA = "alpha";
  private static final String MODE = "mode";
  private static final String RUNS = "runs";
  private static final String REFERENCE = "reference";
  private static final String CAPPED = "capped";
  private static final double AUTHORS_ALPHA = 0.09;
  private static final int AUTHORS_RUNS = 16;

  private final HoloVQuotas quotas;
  private final boolean capped;

  private HoloV(
      Parameters parameters, SortedMap<String, String> others, HoloVQuotas quotas, boolean capped) {
    super(parameters, others, Set.of(FasterVlm.ATTENTION, TowerEvidence.Cosines.OF_PROJECTED));
    this.quotas = quotas;
    this.capped = capped;
  }

  private static HoloV of(Parameters parameters) {
    double alpha = parameters.share(ALPHA).orElse(AUTHORS_ALPHA);
    int runs = parameters.count(RUNS).orElse(AUTHORS_RUNS);
    String mode = parameters.text(MODE).orElse(REFERENCE);
    if (!mode.equals(REFERENCE) && !mode.equals(CAPPED)) {
      throw parameters.refusal(MODE, "reference or capped");
    }
    SortedMap<String, String> others = new TreeMap<>();
    if (alpha != AUTHORS_ALPHA) {
      others.put(ALPHA, Parameters.plain(alpha));
    }
    if (runs != AUTHORS_RUNS) {
      others.put(RUNS, Integer.toString(runs));
    }
    if (mode.equals(CAPPED)) {
      others.put(MODE, CAPPED);
    }
    return new HoloV(parameters, others, new HoloVQuotas(runs, alpha), mode.equals(CAPPED));
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    float[] attention = attention(patches, FasterVlm.ATTENTION);
    PairCosines cosines = cosines(patches, TowerEvidence.Cosines.OF_PROJECTED);
    int[] kept = chosen(quotas.of(attention, cosines, tokens, capped), attention);
    if (kept.length == tokens) {
      return patches.gather(Stage.BEHIND_CONNECTOR, kept);
    }
    Stream<Blend> zeros = Collections.nCopies(tokens - kept.length, Blend.ZERO).stream();
    return patches.blend(
        Stage.BEHIND_CONNECTOR,
        Stream.concat(IntStream.of(kept).mapToObj(Blend::copy), zeros)
            .collect(Collectors.toList()));
  }

  /** The patches in the order fed. */
  static int[] chosen(List<HoloVQuotas.Quota> quotas, float[] attention) {
    return quotas.stream()
        .flatMapToInt(
            run ->
                run.tokens() >= run.length()
                    ? IntStream.range(run.start(), run.end())
                    : Arrays.stream(
                            Ranking.top(
                                Arrays.copyOfRange(attention, run.start(), run.end()),
                                run.tokens()))
                        .map(place -> run.start() + place))
        .toArray();
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "holov";
    }

    @Override
    public List<String> keys() {
      return List.of(ALPHA, MODE, RUNS, TokenBudget.KEY);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return HoloV.of(parameters);
    }
  }
}
