package io.prumerge.reduction.decoder;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerKnob;
import io.prumerge.reduction.Parameter;
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

  private static final Parameter<Integer> LAYER = Parameter.count("layer").byDefault(16);

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
          About.of("2405.05803", "lzhxmu/VTW").servable(Servable.no("prunes inside the decoder")),
          Factory::reducer,
          LAYER,
          CutPositions.PARAMETER);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.of(new LayerKnob(LAYER.key()));
    }

    private static TokenReducer reducer(Parameters given) {
      Cut cut = new Cut(given.value(LAYER), given.value(CutPositions.PARAMETER));
      return new OneCut(given.spec(), cut);
    }
  }
}
