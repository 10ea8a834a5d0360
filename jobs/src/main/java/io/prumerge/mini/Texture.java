package io.prumerge.mini;

/** The soft pattern of a background; never asked about. */
public enum Texture {
  PLAIN,
  GRAIN,
  STRIPES,
  GRADIENT,
  CHECKER
}
