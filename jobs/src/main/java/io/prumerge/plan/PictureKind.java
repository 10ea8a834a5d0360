package io.prumerge.plan;

/**
 * Pictures that are seen alike.
 *
 * @param example one of them
 * @param rows of the examples that are about such
 */
record PictureKind(TypicalImage example, long rows) {

  int patches() {
    return example.patches();
  }
}
