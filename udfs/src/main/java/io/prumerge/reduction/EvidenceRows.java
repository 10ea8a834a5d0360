package io.prumerge.reduction;

/** Whose rows the evidence is about. */
public enum EvidenceRows {
  /** The visual tokens; all questions about an image share them until they part. */
  VISUAL,
  /** The text after them. */
  TEXT
}
