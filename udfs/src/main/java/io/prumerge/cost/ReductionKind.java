package io.prumerge.cost;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What reduces the visual tokens before the decoder. */
public enum ReductionKind {
  /** Something that costs nothing. */
  NONE,
  /** PruMerge (arXiv:2403.15388): scores, merging of 32 neighbours, a summary token. */
  PRUMERGE;

  /** Patches merged into each kept one, as in the paper. */
  static final int NEIGHBOURS = 32;

  /** Lower case. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of this lower-case name. */
  public static ReductionKind named(String name) {
    for (ReductionKind kind : values()) {
      if (kind.english().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "Unknown reduction '%s'; known: %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(ReductionKind::english)
                    .collect(Collectors.joining(", "))));
  }
}
