package io.prumerge.mini;

import java.util.Locale;

/**
 * What is known about a patch. Unless said otherwise the value is -1 where the patch is background
 * or shows something to which the label does not apply.
 */
public enum PatchLabel {
  /** Percent of the patch that its thing covers, rounded down; 0 to 100. */
  COVERAGE,
  /** Which of the scene's objects. */
  OBJECT,
  /** Ordinal of the object's {@link Shape}. */
  SHAPE,
  /** Ordinal of the object's or bar's {@link Colour}. */
  COLOUR,
  /** Ordinal of the object's {@link Size}. */
  SIZE,
  /**
   * 1 where the middle of an object lies, otherwise 0. The middle of a large ring may lie in a
   * patch of background.
   */
  CENTRE,
  /** Which character: 0 to 25 for A to Z, 26 to 35 for 0 to 9. */
  CHARACTER,
  /** The character's place in its word, from 0. */
  CHARACTER_INDEX,
  /** Which of the chart's bars. */
  BAR,
  /** Units of the bar that the patch belongs to. */
  BAR_HEIGHT;

  /** The name in tables. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }
}
