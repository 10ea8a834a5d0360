package io.prumerge.report.page;

import org.apache.spark.sql.Row;

/** The name of an image of a benchmark. */
record PictureKey(String benchmark, String split, String id) {

  /** Reads the image of a row. */
  static PictureKey of(Row row) {
    return new PictureKey(row.getAs("benchmark"), row.getAs("split"), row.getAs("image_id"));
  }
}
