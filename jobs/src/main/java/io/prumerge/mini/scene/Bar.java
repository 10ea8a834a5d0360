package io.prumerge.mini.scene;

import io.prumerge.lang.Text;

/**
 * One bar of a chart.
 *
 * @param units height in patches, 1 to {@value #HIGHEST}
 * @param box one patch wide and {@code units} patches high, on the patch grid
 */
public record Bar(Colour colour, int units, Box box) {

  /** Height of the highest bar, in patches. */
  public static final int HIGHEST = 7;

  public Bar {
    if (units < 1 || units > HIGHEST) {
      throw new IllegalArgumentException(
          Text.format("Bar of %d units; 1 to %d can be drawn", units, HIGHEST));
    }
    if (box.width() != Scene.PATCH || box.height() != units * Scene.PATCH) {
      throw new IllegalArgumentException(Text.format("%s is not the box of %d units", box, units));
    }
  }
}
