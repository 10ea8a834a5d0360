package io.prumerge.reduction.decoder;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.List;
import java.util.Optional;

/**
 * {@code dart} (arXiv 2502.11494; ZichenWen1/DART, read as {@code modeling_llama_self.py} in
 * Chenfei-Liao/VTC-Bench 983e443): before layer K, four visual tokens and four tokens of the text
 * after them are pivots, those whose keys in layer K - 1 have the largest L1 norm. Each pivot in
 * turn takes the {@code each} visual tokens not taken yet that are least similar to it, by the
 * cosine of the states before layer K after the decoder's last norm. The visual pivots and all that
 * were taken go on, in their order and with their positions.
 *
 * <p>{@code tokens} is the authors' {@code max_num_trunction}, of which each pivot takes the eighth
 * part, rounded down: 128 keeps 4 + 8 x 16 = 132. {@code reduction} is their {@code
 * reduction_ratio}, the share of the n tokens not among n (1 - reduction).
 *
 * <p>K is {@code layer}, by default 2.
 *
 * <p>Deviations: the pivots come in the order of their places, the visual ones first; the authors
 * go through a Python set of the places in the whole sequence, whose order follows from its hash
 * table: 92 to 94 % of the kept tokens are the same, logits differ by up to 0.26. Where too few
 * tokens are left, a pivot takes those; the authors' code fails. A prompt with fewer than four
 * tokens of text after the image is {@code reduction_failed}.
 */
final class Dart extends DecoderReducer {

  private static final Parameter<Integer> LAYER = Parameter.count("layer").byDefault(2);
  private static final Parameter<Integer> TOKENS = TokenBudget.OPTIONAL.byDefault(128);
  private static final Parameter<Double> REDUCTION = Parameter.share("reduction");
  private static final int PIVOTS = 4;

  /**
   * The method's cut.
   *
   * @param each tokens that a pivot takes
   */
  record Cut(int layer, int each, CutPositions positions, int pivots) implements LayerCut {

    private Evidence keys(EvidenceRows of) {
      return new Evidence.Keys(layer - 1, of);
    }

    private Evidence states(EvidenceRows of) {
      return new Evidence.Hidden(layer, of, true);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(
          keys(EvidenceRows.VISUAL),
          keys(EvidenceRows.TEXT),
          states(EvidenceRows.VISUAL),
          states(EvidenceRows.TEXT));
    }

    @Override
    public int count(int tokens) {
      return (int) Math.min(tokens, pivots + 2L * pivots * each);
    }

    /** Returns the products of each pivot with all tokens. */
    @Override
    public long flops(int tokens, int width) {
      long asking = Math.min(pivots, tokens) + (long) pivots;
      return tokens == 0 ? 0 : Math.multiplyExact(2L * width, asking * tokens);
    }

    @Override
    public Optional<DeviceRule> onDevice(int tokens) {
      return Optional.of(new DeviceRule("dart", List.of(pivots, each)));
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      if (seen.count() == 0) {
        return KeptTokens.of();
      }
      int text = seen.places(0, 1)[0];
      if (text < pivots) {
        throw new ReductionException(
            Text.format(
                "Cannot choose %d pivots from the %d tokens of text after the image",
                pivots, text));
      }
      return KeptTokens.of(seen.places(1, 1 + count(seen.count())));
    }
  }

  private final int layer;
  private final int tokens;
  private final Optional<Double> reduction;
  private final CutPositions positions;

  private Dart(Parameters parameters) {
    super(parameters.spec());
    parameters.onlyOne(TOKENS, REDUCTION);
    this.layer = parameters.value(LAYER);
    this.tokens = parameters.value(TOKENS);
    this.reduction = parameters.given(REDUCTION);
    this.positions = parameters.value(CutPositions.PARAMETER);
  }

  @Override
  public List<LayerCut> cuts(int all, int layers) {
    double budget = reduction.map(share -> all * (1 - share)).orElse((double) tokens);
    int each = (int) Math.floor(budget / (2 * PIVOTS));
    return List.of(new Cut(layer, each, positions, PIVOTS));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "dart",
          About.of("2502.11494", "ZichenWen1/DART")
              .servable(Servable.no("prunes inside the decoder")),
          Dart::new,
          LAYER,
          TOKENS,
          REDUCTION,
          CutPositions.PARAMETER);
    }
  }
}
