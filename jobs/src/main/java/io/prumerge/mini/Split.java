package io.prumerge.mini;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What scenes are for. No scene belongs to both; {@link SceneGenerator} says how. */
public enum Split {
  TRAIN,
  TEST;

  /** The split of that name. */
  public static Split named(String name) {
    return Arrays.stream(values())
        .filter(split -> split.english().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown split '%s'; known: %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Split::english)
                                .collect(Collectors.joining(", ")))));
  }

  /** The name in commands and files. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }
}
