package io.prumerge.report.page;

import io.prumerge.source.ImagePlace;
import io.prumerge.spark.ColumnNames;

/** The name of an image of a benchmark, or of several in one prompt. */
record PictureKey(String benchmark, String split, @ColumnNames("image_id") String id) {

  /** Returns whether it is several images in one prompt. */
  boolean several() {
    return id != null && id.startsWith(ImagePlace.Several.START);
  }
}
