package io.prumerge.estimate;

import java.util.Locale;

/** The method that reduces the visual tokens before the decoder. */
public enum ReductionKind {
  /** A reduction without cost. */
  NONE,
  /** PruMerge (arXiv:2403.15388): scores, merging of 32 neighbours, a summary token. */
  PRUMERGE;

  /** Patches merged into each kept one, as in the paper. */
  static final int NEIGHBOURS = 32;

  /** Returns the name in lower case. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the kind of this lower-case name. */
  public static ReductionKind named(String name) {
    return Names.find("reduction", name, values(), ReductionKind::displayName);
  }
}
