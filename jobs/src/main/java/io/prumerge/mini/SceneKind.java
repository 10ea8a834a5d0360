package io.prumerge.mini;

import java.util.Locale;

/** What a scene is made of. */
public enum SceneKind {
  /** One to four objects. */
  OBJECTS,
  /** One or two objects and a printed word. */
  WORD,
  /** A bar chart. */
  CHART;

  /** The name in tables. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }
}
