package io.prumerge.config;

/** The colours of padding. */
public enum PaddingColour {
  /** The mean of the image processor. */
  MEAN,
  WHITE
}
