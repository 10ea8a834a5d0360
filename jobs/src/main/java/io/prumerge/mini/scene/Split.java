package io.prumerge.mini.scene;

import io.prumerge.service.Unknown;

/** The training and the test set. {@link SceneGenerator} ensures that they share no scene. */
public enum Split {
  TRAIN,
  TEST;

  /** Returns the split with this name. */
  public static Split named(String name) {
    return Unknown.choice(Split.class, "split", name);
  }

  /** Returns the name in commands and files. */
  public String displayName() {
    return Unknown.spelling(this);
  }
}
