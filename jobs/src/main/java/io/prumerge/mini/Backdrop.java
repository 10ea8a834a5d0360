package io.prumerge.mini;

import java.util.Objects;

/**
 * What is painted first.
 *
 * @param tint 0xRRGGBB, a little off the palette's colour of the background
 * @param grain the seed of the texture's details
 */
public record Backdrop(Background background, int tint, Texture texture, long grain) {
  public Backdrop {
    Objects.requireNonNull(background, "background is null");
    Objects.requireNonNull(texture, "texture is null");
    if (tint < 0 || tint > 0xFFFFFF) {
      throw new IllegalArgumentException("Tint %x is not 0xRRGGBB".formatted(tint));
    }
  }
}
