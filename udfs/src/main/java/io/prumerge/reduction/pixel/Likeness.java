package io.prumerge.reduction.pixel;

/** Whether two blocks of a picture show the same, near enough. */
@FunctionalInterface
interface Likeness {

  /** Returns whether they do; symmetric, and asked of different blocks only. */
  boolean of(int block, int other);
}
