package io.prumerge.prepare;

/** Which pictures come first where a limit leaves some of them. */
public enum LimitOrder {
  /** As the files have them: of {@code prepare}. */
  FILES,
  /** As a run with the same limit takes them of a whole table: by their names. */
  NAMES
}
