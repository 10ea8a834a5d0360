package io.prumerge.prepare;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * A question that was read but not yet grouped by image.
 *
 * @param position in the files, from 0
 * @param textOnly whether the question has no image
 * @param id the id of the image, or of several; the question's own id if it has no image
 * @param place location of the image; null for a text-only question
 */
record StagedQuestion(long position, boolean textOnly, String id, Place place, Text question) {

  /** Schema of the staged files. */
  static final StructType SCHEMA =
      StructType.fromDDL(
              "position BIGINT, text_only BOOLEAN, id STRING,"
                  + " place STRUCT<file: STRING, start: BIGINT, length: BIGINT, column: STRING,"
                  + " item: INT>")
          .add(
              "question",
              ((ArrayType) Table.EXAMPLES.schema().apply("questions").dataType()).elementType());

  /**
   * An {@link ImagePlace} without its id.
   *
   * @param file empty if the image is a file of its own
   * @param start row of a cell, offset of base64 text
   * @param length of base64 text in bytes
   * @param column of a cell; else empty
   */
  record Place(String file, long start, long length, String column, int item) {

    static Place of(ImagePlace image) {
      if (image instanceof ImagePlace.ParquetCell cell) {
        return new Place(cell.file(), cell.row(), 0, cell.column(), cell.item());
      }
      if (image instanceof ImagePlace.Base64Range range) {
        return new Place(range.file(), range.offset(), range.length(), "", 0);
      }
      return new Place("", 0, 0, "", 0);
    }

    /** Returns the place in the {@code place} column of {@link #SCHEMA}. */
    static ImagePlace of(String id, Row place) {
      String file = place.getString(0);
      String column = place.getString(3);
      if (file.isEmpty()) {
        return id.startsWith(ImagePlace.Several.START)
            ? ImagePlace.Several.of(id)
            : new ImagePlace.InFolder(id);
      }
      return column.isEmpty()
          ? new ImagePlace.Base64Range(id, file, place.getLong(1), place.getLong(2))
          : new ImagePlace.ParquetCell(id, file, place.getLong(1), column, place.getInt(4));
    }
  }

  /** A question as in the examples table. */
  record Text(
      String questionId,
      String prompt,
      String question,
      String category,
      List<String> answers,
      List<String> options,
      Integer maxNewTokens,
      Map<String, String> extra) {}

  static StagedQuestion of(long position, BenchmarkQuestion question) {
    Optional<ImagePlace> image = question.image();
    return new StagedQuestion(
        position,
        image.isEmpty(),
        image.map(ImagePlace::id).orElse(question.id()),
        image.map(Place::of).orElse(null),
        new Text(
            question.id(),
            question.prompt(),
            question.question(),
            question.category(),
            question.answers(),
            question.options(),
            question.maxNewTokens().isPresent()
                ? (Integer) question.maxNewTokens().getAsInt()
                : null,
            question.extra()));
  }
}
