package io.prumerge.run.cache;

import io.prumerge.image.size.ImageBounds;
import io.prumerge.settings.RunConfiguration;
import java.io.Serializable;

/**
 * The bounds of a key: of pictures as {@link ImageBounds} has them, all 0 where these do not keep
 * their own size; of each frame of videos where those count for frames, too, else 0.
 */
public record ResolutionBounds(
    int minPixels, int maxPixels, int square, int frameMinPixels, int frameMaxPixels)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  static ResolutionBounds of(RunConfiguration configuration) {
    ImageBounds pictures = configuration.bounds();
    ImageBounds frames = configuration.frameBounds();
    return new ResolutionBounds(
        pictures.minPixels(),
        pictures.maxPixels(),
        pictures.square(),
        frames.minPixels(),
        frames.maxPixels());
  }
}
