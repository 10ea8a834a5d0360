package io.prumerge.mini.scene;

import java.util.Locale;

/**
 * A label of a patch. By default the value is -1 if the patch is background or the label does not
 * apply to what it shows.
 */
enum PatchLabel {
  /** Percent of the patch that the element on it covers, rounded down; 0 to 100. */
  COVERAGE,
  /** Index of the scene's object. */
  OBJECT,
  /** {@code code()} of the object's {@link Shape}. */
  SHAPE,
  /** {@code code()} of the object's or bar's {@link Colour}. */
  COLOUR,
  /** {@code code()} of the object's {@link ObjectSize}. */
  SIZE,
  /**
   * 1 if the patch holds the middle of an object, otherwise 0. The middle of a large ring may lie
   * in a patch of background.
   */
  CENTRE,
  /** Number of the character: 0 to 25 for A to Z, 26 to 35 for 0 to 9. */
  CHARACTER,
  /** The character's place in its word, from 0. */
  CHARACTER_INDEX,
  /** Index of the chart's bar. */
  BAR,
  /** Units of the bar that the patch belongs to. */
  BAR_HEIGHT;

  /** Returns the name in tables. */
  String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
