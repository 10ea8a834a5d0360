package io.prumerge.mini.scene;

import java.util.Locale;

/** The kind of a scene's content. */
public enum SceneKind {
  /** One to four objects. */
  OBJECTS,
  /** One or two objects and a printed word. */
  WORD,
  /** A bar chart. */
  CHART;

  /** Returns the name in tables. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
