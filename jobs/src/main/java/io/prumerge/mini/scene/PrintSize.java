package io.prumerge.mini.scene;

/** The size of characters. */
public enum PrintSize {
  /** As a scene's word has it: 10 x 14 pixels. */
  LARGE,
  /** 5 x 7 pixels. */
  SMALL
}
