package io.prumerge.reduction.control;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenReducer;
import java.util.Collections;
import java.util.List;

/** {@code none}: the language model receives every token the checkpoint selects, in order. */
final class AllTokens extends DecoderReducer {

  private AllTokens(Parameters parameters) {
    super(new MethodSpec(parameters.method(), Collections.emptySortedMap()));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "none";
    }

    @Override
    public List<String> keys() {
      return List.of();
    }

    @Override
    public About about() {
      return About.CONTROL.servable(Servable.yes("keeps every token"));
    }

    /** Nothing is dropped. */
    @Override
    public boolean hasPlaces() {
      return false;
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new AllTokens(parameters);
    }
  }
}
