package io.prumerge.benchmark.file;

/** Where a wording shows a question's pictures. */
enum ShownPictures {
  /** All before the text. */
  FIRST,
  /** Each where the text has {@code <image 1>} and so on. */
  AT_MARKERS,
  /** The first one before the text, and no other. */
  ONE
}
