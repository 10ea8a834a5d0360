package io.prumerge.model.tower;

import java.util.Optional;

/** One view of a picture in smaller images; for methods that see these instead of the view. */
@FunctionalInterface
public interface SmallPixels {

  /** A view that nobody wants smaller. */
  SmallPixels NONE = side -> Optional.empty();

  /**
   * Returns the view resized to {@code side} patches a row, as {@link PreparedView#pixels}.
   *
   * @return empty where it cannot be made smaller
   */
  Optional<float[]> of(int side);
}
