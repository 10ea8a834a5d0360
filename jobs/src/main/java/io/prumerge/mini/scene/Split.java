package io.prumerge.mini.scene;

import io.prumerge.service.Unknown;

/** The training and the test set. {@link SceneGenerator} ensures that they share no scene. */
public enum Split {
  TRAIN(0),
  TEST(1);

  private final int code;

  Split(int code) {
    this.code = code;
  }

  /** Returns the number that seeds its pictures and questions. */
  public int code() {
    return code;
  }

  /** Returns the split with this name. */
  public static Split named(String name) {
    return Unknown.choice(Split.class, "split", name);
  }

  /** Returns the name in commands and files. */
  public String displayName() {
    return Unknown.spelling(this);
  }
}
