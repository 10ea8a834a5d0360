package io.prumerge.view;

/** Where a page lies from a question. */
enum PageSide {
  AFTER,
  BEFORE
}
