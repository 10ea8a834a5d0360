package io.prumerge.reduction.control;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Servable;

/** {@code none}: the language model receives every token the checkpoint selects, in order. */
final class AllTokens extends DecoderReducer {

  private AllTokens(Parameters parameters) {
    super(parameters.spec());
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super("none", About.CONTROL.servable(Servable.yes("keeps every token")), AllTokens::new);
    }

    /** Nothing is dropped. */
    @Override
    public boolean hasPlaces() {
      return false;
    }
  }
}
