package io.prumerge.mini;

import java.util.Locale;

/** The colour of an object or a bar; {@link Palette} says which red is meant. */
public enum Colour {
  RED,
  ORANGE,
  YELLOW,
  GREEN,
  BLUE,
  PURPLE,
  WHITE,
  BLACK;

  /** The name in questions and answers. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }
}
