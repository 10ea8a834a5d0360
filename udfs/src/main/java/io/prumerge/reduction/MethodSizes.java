package io.prumerge.reduction;

/** A method at each of its settings, from the least to the most, for one image. */
interface MethodSizes {
  /** Returns the method in its canonical spelling, with its budget. */
  MethodSpec method();

  int settings();

  TokenReducer at(int setting);
}
