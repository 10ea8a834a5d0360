package io.prumerge.report.page;

import org.apache.spark.sql.Row;

/** Names a picture of a benchmark. */
record PictureKey(String benchmark, String split, String id) {

  /** The picture that a row of a table speaks of. */
  static PictureKey of(Row row) {
    return new PictureKey(row.getAs("benchmark"), row.getAs("split"), row.getAs("image_id"));
  }
}
