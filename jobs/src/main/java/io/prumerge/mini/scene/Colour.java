package io.prumerge.mini.scene;

import java.util.Locale;

/** The colour of an object or a bar; {@link SceneColours} has its RGB value. */
public enum Colour {
  RED(0),
  ORANGE(1),
  YELLOW(2),
  GREEN(3),
  BLUE(4),
  PURPLE(5),
  WHITE(6),
  BLACK(7);

  private final int code;

  Colour(int code) {
    this.code = code;
  }

  /** Returns the number in labels of patches. */
  int code() {
    return code;
  }

  /** Returns the name in questions and answers. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
