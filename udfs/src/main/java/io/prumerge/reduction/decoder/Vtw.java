package io.prumerge.reduction.decoder;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerKnob;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.Optional;

/**
 * {@code vtw} (arXiv 2405.05803; lzhxmu/VTW a3d8cfc): all visual tokens leave the decoder before
 * layer {@code layer}, by default 16, as in the authors' script for 32 layers. A budget chooses the
 * layer.
 */
final class Vtw {

  private static final int DEFAULT_LAYER = 16;

  /** The method's cut. */
  private record Cut(int layer, CutPositions positions) implements LayerCut {

    @Override
    public List<Evidence> sees() {
      return List.of();
    }

    @Override
    public int count(int tokens) {
      return 0;
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return KeptTokens.of();
    }
  }

  private Vtw() {}

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "vtw",
          List.of(CutParameters.LAYER, CutParameters.POSITIONS),
          About.of("2405.05803", "lzhxmu/VTW")
              .with(CutParameters.LAYER, DEFAULT_LAYER)
              .with(CutParameters.POSITIONS, CutPositions.KEPT)
              .servable(Servable.no("prunes inside the decoder")),
          Factory::reducer);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.of(new LayerKnob(CutParameters.LAYER));
    }

    private static TokenReducer reducer(Parameters given) {
      CutParameters parameters = new CutParameters(given);
      int layer = parameters.count(CutParameters.LAYER, DEFAULT_LAYER);
      Cut cut = new Cut(layer, parameters.positions(CutPositions.KEPT));
      return new OneCut(parameters.spec(), cut);
    }
  }
}
