package io.prumerge.plan;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.image.ImageBounds;
import java.io.Serializable;

/**
 * The sizes of pictures that keep their own, as {@link ImageBounds}; all 0 where they do not.
 * Earlier versions ran such models by their files only.
 */
public record ResolutionBounds(
    @JsonSetter(nulls = Nulls.AS_EMPTY) int minPixels,
    @JsonSetter(nulls = Nulls.AS_EMPTY) int maxPixels,
    @JsonSetter(nulls = Nulls.AS_EMPTY) int square)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  static final ResolutionBounds NONE = of(ImageBounds.NONE);

  static ResolutionBounds of(ImageBounds bounds) {
    return new ResolutionBounds(bounds.minPixels(), bounds.maxPixels(), bounds.square());
  }

  /** Returns the bounds that a model is asked with. */
  public ImageBounds bounds() {
    return new ImageBounds(minPixels, maxPixels, square);
  }
}
