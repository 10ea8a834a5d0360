package io.prumerge.prepare;

import io.prumerge.source.ImagePlace;
import io.prumerge.spark.RecordColumns;
import org.apache.spark.sql.Row;

/**
 * An {@link ImagePlace} without its id.
 *
 * @param file empty if the image is a file of its own
 * @param start row of a cell, offset of base64 text
 * @param length of base64 text in bytes
 * @param column of a cell; else empty
 */
record StagedPlace(String file, long start, long length, String column, int item) {

  static final RecordColumns<StagedPlace> COLUMNS = RecordColumns.of(StagedPlace.class);

  static StagedPlace of(ImagePlace image) {
    if (image instanceof ImagePlace.ParquetCell cell) {
      return new StagedPlace(cell.file(), cell.row(), 0, cell.column(), cell.item());
    }
    if (image instanceof ImagePlace.Base64Range range) {
      return new StagedPlace(range.file(), range.offset(), range.length(), "", 0);
    }
    return new StagedPlace("", 0, 0, "", 0);
  }

  /** Returns the place in the {@code place} column of {@link StagedQuestion#SCHEMA}. */
  static ImagePlace of(String id, Row row) {
    StagedPlace place = COLUMNS.record(row);
    String file = place.file();
    if (file.isEmpty()) {
      return id.startsWith(ImagePlace.Several.START)
          ? ImagePlace.Several.of(id)
          : new ImagePlace.InFolder(id);
    }
    return place.column().isEmpty()
        ? new ImagePlace.Base64Range(id, file, place.start(), place.length())
        : new ImagePlace.ParquetCell(id, file, place.start(), place.column(), place.item());
  }
}
