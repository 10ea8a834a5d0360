package io.prumerge.reduction.control;

import io.prumerge.image.PictureLimit;
import io.prumerge.reduction.MethodSpec;
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
   * @param key that names the limit
   * @param value of the key, in its canonical spelling
   */
  LimitedPicture(Parameters parameters, String key, String value, PictureLimit limit) {
    this.spec = new MethodSpec(parameters.method(), new TreeMap<>(Map.of(key, value)));
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
