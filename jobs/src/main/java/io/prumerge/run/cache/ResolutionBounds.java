package io.prumerge.run.cache;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.settings.RunConfiguration;
import java.io.Serializable;

/**
 * The bounds of a key: of pictures as {@link ImageBounds} has them, all 0 where these do not keep
 * their own size; of each frame of videos where those count for frames, too, else 0. The latter are
 * left out where they are 0, so that pictures keep the keys of earlier versions.
 */
public record ResolutionBounds(
    int minPixels,
    int maxPixels,
    int square,
    @JsonInclude(Include.NON_DEFAULT) int frameMinPixels,
    @JsonInclude(Include.NON_DEFAULT) int frameMaxPixels)
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
