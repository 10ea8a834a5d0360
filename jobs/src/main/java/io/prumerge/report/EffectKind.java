package io.prumerge.report;

/** What is not the same in two results on the same questions about videos. */
public enum EffectKind {
  /** The rule that chooses as many frames. */
  FRAMES,
  /** The protocol: the rule and the number of frames, or a number that is not half of the other. */
  PROTOCOL,
  /** The number of frames of one rule: half as many, as a protocol or by {@code frames=N}. */
  NUMBER,
  /** The method. */
  METHOD,
  /** The method or fewer whole frames, at as many tokens. */
  CONTROL
}
