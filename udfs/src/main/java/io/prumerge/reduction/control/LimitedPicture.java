package io.prumerge.reduction.control;

import io.prumerge.image.PictureLimit;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A method that has less of a picture or video shown to the tower: the language model receives all
 * tokens of that.
 */
abstract class LimitedPicture implements TokenReducer {

  private final MethodSpec spec;
  private final PictureLimit limit;

  /**
   * @param named the parameter that names the limit
   * @param value of it, a number or a share
   */
  LimitedPicture(Parameters parameters, Parameter<?> named, Object value, PictureLimit limit) {
    this.spec =
        new MethodSpec(parameters.method(), new TreeMap<>(Map.of(named.key(), value.toString())));
    this.limit = limit;
  }

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final Optional<PictureLimit> picture() {
    return Optional.of(limit);
  }

  /** Refuses an image that the limit makes none of. */
  @Override
  public final TokenReducer on(PatchTokens image) {
    image.within(limit);
    return this;
  }

  @Override
  public final int tokens(PatchTokens view) {
    return view.tokens();
  }

  @Override
  public final Reduction reduce(PatchTokens view) {
    return view.all();
  }
}
