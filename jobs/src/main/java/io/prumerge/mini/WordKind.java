package io.prumerge.mini;

/** Where a printed text comes from. */
public enum WordKind {
  /** A word of the list in the resources. */
  REAL,
  /** Letters by chance, which nobody can have learnt by heart. */
  RANDOM,
  /** Two or three digits, the first of them not 0. */
  NUMBER
}
