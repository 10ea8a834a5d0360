package io.prumerge.reduction;

/** How CLIP reads and compares a text. */
public enum ClipReading {
  /** As one piece, cut off where CLIP's positions end; plain products. */
  CUT_OFF,
  /** In pieces of as many tokens as CLIP has positions; cosines. */
  PIECES
}
