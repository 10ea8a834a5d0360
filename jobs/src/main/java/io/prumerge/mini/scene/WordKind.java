package io.prumerge.mini.scene;

/** Where a printed text comes from. */
public enum WordKind {
  /** A word of the list in the resources. */
  REAL,
  /** Random letters, which a model cannot have memorised. */
  RANDOM,
  /** Two or three digits, the first of them not 0. */
  NUMBER
}
