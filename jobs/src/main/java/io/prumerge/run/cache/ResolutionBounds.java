package io.prumerge.run.cache;

import io.prumerge.image.size.ImageBounds;
import java.io.Serializable;

/** The {@link ImageBounds} of a key; all 0 where pictures do not keep their own size. */
public record ResolutionBounds(int minPixels, int maxPixels, int square) implements Serializable {

  private static final long serialVersionUID = 1L;

  static ResolutionBounds of(ImageBounds bounds) {
    return new ResolutionBounds(bounds.minPixels(), bounds.maxPixels(), bounds.square());
  }
}
