package io.prumerge.reduction.run;

/** The question that a reduction looks at, where several are asked about one image. */
public enum ReduceBy {
  /** Each question is reduced separately. */
  EACH,
  /**
   * All questions go on after the tokens that the first one keeps, as in a dialogue in which an
   * image is reduced once.
   */
  FIRST
}
