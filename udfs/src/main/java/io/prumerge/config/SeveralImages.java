package io.prumerge.config;

/** How a prompt has several images. */
public enum SeveralImages {
  /** Not at all. */
  NONE,
  /** Each is seen as one alone is. */
  ALIKE,
  /** Each is seen whole only, padded to a square, and one alone in tiles. */
  WHOLE
}
