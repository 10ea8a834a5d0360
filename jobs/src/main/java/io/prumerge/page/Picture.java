package io.prumerge.page;

import org.apache.spark.sql.Row;

/** Names a picture of a benchmark. */
record Picture(String benchmark, String split, String id) {

  /** The picture that a row of a table speaks of. */
  static Picture of(Row row) {
    return new Picture(row.getAs("benchmark"), row.getAs("split"), row.getAs("image_id"));
  }
}
