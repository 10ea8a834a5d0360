package io.prumerge.mini.scene;

import java.util.Locale;

/** The colour of the background. No object has it. */
public enum Background {
  GRAY,
  BROWN,
  PINK,
  CYAN,
  NAVY;

  /** Returns the name in questions and answers. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
