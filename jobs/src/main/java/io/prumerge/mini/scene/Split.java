package io.prumerge.mini.scene;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The training and the test set. {@link SceneGenerator} ensures that they share no scene. */
public enum Split {
  TRAIN,
  TEST;

  /** Returns the split with this name. */
  public static Split named(String name) {
    return Arrays.stream(values())
        .filter(split -> split.displayName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "Unknown split '%s'; known: %s",
                        name,
                        Arrays.stream(values())
                            .map(Split::displayName)
                            .collect(Collectors.joining(", ")))));
  }

  /** Returns the name in commands and files. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
