package io.prumerge.mini.scene;

/** The faint pattern of a background. No question is about it. */
enum Texture {
  PLAIN,
  GRAIN,
  STRIPES,
  GRADIENT,
  CHECKER
}
