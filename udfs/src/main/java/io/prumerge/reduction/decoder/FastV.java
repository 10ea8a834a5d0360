package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.Optional;

/**
 * {@code fastv} (arXiv 2403.06764; pkunlp-icler/FastV d165972, its variant for transformers that
 * keeps a cache): before layer K, the visual tokens with the largest attention of the prompt's last
 * token in layer K - 1 go on, once and for all later steps. They keep their order and their
 * positions.
 *
 * <p>Of n tokens {@code ratio} keeps round(n ratio), half to even as in Python, at least one.
 */
final class FastV extends DecoderReducer {

  private static final int DEFAULT_LAYER = 3;
  private static final double DEFAULT_RATIO = 0.5;

  private final int layer;
  private final double ratio;
  private final int tokens;
  private final Optional<LayerMean> mean;
  private final LayerCut.Positions positions;

  private FastV(
      CutParameters parameters,
      int layer,
      double ratio,
      int tokens,
      Optional<LayerMean> mean,
      LayerCut.Positions positions) {
    super(parameters.spec());
    this.layer = layer;
    this.ratio = ratio;
    this.tokens = tokens;
    this.mean = mean;
    this.positions = positions;
  }

  private static FastV of(CutParameters parameters) {
    parameters.onlyOne(CutParameters.TOKENS, CutParameters.RATIO);
    Optional<LayerMean> mean = parameters.mean();
    return new FastV(
        parameters,
        parameters.count(CutParameters.LAYER, DEFAULT_LAYER),
        parameters.share(CutParameters.RATIO, DEFAULT_RATIO),
        mean.isPresent() ? 0 : parameters.count(CutParameters.TOKENS, 0),
        mean,
        parameters.positions(LayerCut.Positions.KEPT));
  }

  @Override
  public List<LayerCut> cuts(int all, int layers) {
    return mean.isPresent()
        ? mean.get().cuts(all, layers, this::cut)
        : cut(tokens > 0 ? tokens : Math.max(1, (int) Math.rint(all * ratio)));
  }

  private List<LayerCut> cut(int kept) {
    return List.of(new LastRowCut(layer, layer - 1, kept, positions));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "fastv";
    }

    @Override
    public List<String> keys() {
      return List.of(
          CutParameters.LAYER, CutParameters.RATIO, CutParameters.TOKENS, CutParameters.POSITIONS);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return FastV.of(new CutParameters(parameters));
    }
  }
}
