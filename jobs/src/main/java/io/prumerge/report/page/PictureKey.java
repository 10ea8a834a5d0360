package io.prumerge.report.page;

import io.prumerge.source.ImagePlace;
import org.apache.spark.sql.Row;

/** The name of an image of a benchmark, or of several in one prompt. */
record PictureKey(String benchmark, String split, String id) {

  /** Whether it is several images in one prompt. */
  boolean several() {
    return id != null && id.startsWith(ImagePlace.Several.START);
  }

  /** Reads the image of a row. */
  static PictureKey of(Row row) {
    return new PictureKey(row.getAs("benchmark"), row.getAs("split"), row.getAs("image_id"));
  }
}
