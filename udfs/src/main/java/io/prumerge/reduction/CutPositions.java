package io.prumerge.reduction;

/** The positions of the tokens after the dropped ones. */
public enum CutPositions {
  /** They stay as they are. */
  KEPT,
  /** They close up, in these layers and those after them. */
  PACKED
}
