package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import java.util.List;

/** A method with one cut, the same for every number of tokens and of layers. */
final class OneCut extends DecoderReducer {

  private final LayerCut cut;

  OneCut(MethodSpec spec, LayerCut cut) {
    super(spec);
    this.cut = cut;
  }

  @Override
  public List<LayerCut> cuts(int tokens, int layers) {
    return List.of(cut);
  }
}
