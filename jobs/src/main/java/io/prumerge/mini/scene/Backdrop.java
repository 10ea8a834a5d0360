package io.prumerge.mini.scene;

import io.prumerge.lang.Text;

/**
 * The background of a picture, which is painted first.
 *
 * @param tint 0xRRGGBB, near the palette's colour of the background
 * @param grain the seed of the texture's details
 */
public record Backdrop(Background background, int tint, Texture texture, long grain) {
  public Backdrop {
    if (tint < 0 || tint > 0xFFFFFF) {
      throw new IllegalArgumentException(Text.format("Tint %x is not 0xRRGGBB", tint));
    }
  }
}
