package io.prumerge.source;

/** What the rows of a file are read for. */
enum RowUse {
  /** Each is a question, or its reader says why it is none. */
  QUESTIONS,
  /** Each is kept, and asked for by a question later. */
  KEPT,
  /** Each was {@link #KEPT}. */
  ASKED_LATER
}
