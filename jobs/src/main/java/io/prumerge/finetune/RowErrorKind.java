package io.prumerge.finetune;

/** What is wrong with a row of training data. */
enum RowErrorKind {
  /** A field is absent or has another type. */
  ROW_MALFORMED,
  /** The turns are not a human's and a gpt's by turns, or the last question has no answer. */
  ROW_TURNS,
  /** A text contains a placeholder or an end that belongs to the template. */
  ROW_TEXT,
  /** The image's path does not lie below the image folder. */
  IMAGE_OUTSIDE,
  /** There is no such file, or it is empty. */
  IMAGE_MISSING,
  /** The image cannot be decoded. */
  IMAGE_UNUSABLE,
  /** The method cannot reduce the image. */
  REDUCTION_FAILED,
  /** No answer begins within the token limit. */
  ROW_TOO_LONG
}
