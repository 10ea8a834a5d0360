package io.prumerge.reduction.decoder;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.List;
import java.util.Optional;

/**
 * {@code fastv} (arXiv 2403.06764; pkunlp-icler/FastV d165972, its variant for transformers that
 * keeps a cache): before layer K, the visual tokens with the largest attention of the prompt's last
 * token in layer K - 1 go on, once and for all later steps. They keep their order and their
 * positions.
 *
 * <p>{@code variant=rows} ranks them by the attention of all tokens of the prompt instead, mean
 * over the rows, as the paper's section 4.1 says ("the average attention-score one token received
 * from all other tokens"); the authors' code has always taken the last row (their issue 14). Their
 * variant that selects anew at each step, and that of lmms-eval, whose cache holds a layer's prompt
 * twice, are not offered.
 *
 * <p>K is {@code layer}, by default 3; the share {@code ratio}, by default 0.5, or {@code tokens}
 * go on.
 */
final class FastV extends DecoderReducer {

  private static final Parameter<Integer> LAYER = Parameter.count("layer").byDefault(3);
  private static final Parameter<Boolean> ALL_ROWS = Parameter.either("variant", "hf", "rows");

  private final int layer;
  private final KeptShare share;
  private final boolean allRows;
  private final CutPositions positions;

  private FastV(Parameters parameters) {
    super(parameters.spec());
    this.share = KeptShare.of(parameters);
    this.layer = parameters.value(LAYER);
    this.allRows = parameters.value(ALL_ROWS);
    this.positions = parameters.value(CutPositions.PARAMETER);
  }

  @Override
  public List<LayerCut> cuts(int all, int layers) {
    int kept = share.of(all);
    return List.of(
        allRows
            ? new AllRowsCut(layer, layer - 1, kept, positions)
            : new LastRowCut(layer, layer - 1, kept, positions));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "fastv",
          About.of("2403.06764", "pkunlp-icler/FastV")
              .servable(Servable.no("prunes inside the decoder")),
          FastV::new,
          LAYER,
          KeptShare.RATIO,
          TokenBudget.OPTIONAL,
          ALL_ROWS,
          CutPositions.PARAMETER);
    }
  }

  /**
   * A cut that keeps the tokens with the largest attention of all tokens of the prompt, on average,
   * in their order. The text before the image pays none, and a token none to those after it.
   *
   * @param looksAt the layer whose attention it is
   * @param tokens how many it keeps
   */
  private record AllRowsCut(int layer, int looksAt, int tokens, CutPositions positions)
      implements LayerCut {

    private Evidence visual() {
      return new Evidence.VisualAttention(looksAt);
    }

    private Evidence text() {
      return new Evidence.TextAttention(looksAt);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(visual(), text());
    }

    @Override
    public int count(int all) {
      return tokens;
    }

    @Override
    public Optional<DeviceRule> onDevice(int all) {
      return Optional.of(new DeviceRule("fastv_rows", List.of(tokens)));
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of(seen.places(0, tokens));
    }
  }
}
