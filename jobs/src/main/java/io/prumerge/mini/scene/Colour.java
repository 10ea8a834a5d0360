package io.prumerge.mini.scene;

import java.util.Locale;

/** The colour of an object or a bar; {@link SceneColours} has its RGB value. */
public enum Colour {
  RED,
  ORANGE,
  YELLOW,
  GREEN,
  BLUE,
  PURPLE,
  WHITE,
  BLACK;

  /** Returns the name in questions and answers. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
