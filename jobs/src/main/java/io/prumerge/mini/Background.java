package io.prumerge.mini;

import java.util.Locale;

/** The colour behind everything; no object has it. */
public enum Background {
  GRAY,
  BROWN,
  PINK,
  CYAN,
  NAVY;

  /** The name in questions and answers. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }
}
