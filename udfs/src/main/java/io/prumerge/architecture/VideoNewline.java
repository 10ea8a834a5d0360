package io.prumerge.architecture;

/** Where the learned row stands among the rows of a video. */
public enum VideoNewline {
  /** Once, behind the last frame. */
  AT_END,
  /** Behind each line of each frame's grid. */
  AFTER_LINES
}
