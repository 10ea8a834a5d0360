package io.prumerge.reduction;

/** The positions of the tokens after the dropped ones. */
public enum CutPositions {
  /** They stay as they are. */
  KEPT,
  /** They close up, in these layers and those after them. */
  PACKED;

  /** The parameter of a method inside the decoder, whose tokens stay by default. */
  public static final Parameter<CutPositions> PARAMETER =
      Parameter.choice(StatedPositions.KEY, KEPT);
}
