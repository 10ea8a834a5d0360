package io.prumerge.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.lang.Text;
import io.prumerge.source.ImagePlace;
import io.prumerge.spark.RecordColumns;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/**
 * An {@link ImagePlace} without its id.
 *
 * @param file empty if the image is a file of its own, or a text
 * @param start row of a cell, offset of base64 text
 * @param length of base64 text in bytes
 * @param column of a cell; else empty
 * @param text base64 text; empty if the image is in a file
 * @param parts places of several images that are not all files of their own, as JSON; else empty
 * @param video its name and bounds as JSON; else empty
 */
record StagedPlace(
    String file,
    long start,
    long length,
    String column,
    int item,
    String text,
    String parts,
    String video) {

  static final RecordColumns<StagedPlace> COLUMNS = RecordColumns.of(StagedPlace.class);

  private static final StagedPlace FILE = new StagedPlace("", 0, 0, "", 0, "", "", "");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One of several images. */
  private record Part(String id, StagedPlace place) {}

  static StagedPlace of(ImagePlace image) {
    if (image instanceof ImagePlace.ParquetCell cell) {
      return new StagedPlace(cell.file(), cell.row(), 0, cell.column(), cell.item(), "", "", "");
    }
    if (image instanceof ImagePlace.Base64Range range) {
      return new StagedPlace(range.file(), range.offset(), range.length(), "", 0, "", "", "");
    }
    if (image instanceof ImagePlace.Base64Text base64) {
      return new StagedPlace("", 0, 0, "", 0, base64.text(), "", "");
    }
    if (image instanceof ImagePlace.Video one) {
      return new StagedPlace("", 0, 0, "", 0, "", "", json(one));
    }
    boolean files = image.single().stream().allMatch(ImagePlace.InFolder.class::isInstance);
    return files ? FILE : new StagedPlace("", 0, 0, "", 0, "", parts(image.single()), "");
  }

  private static String parts(List<ImagePlace> images) {
    return json(images.stream().map(one -> new Part(one.id(), of(one))).toList());
  }

  private static String json(Object places) {
    try {
      return JSON.writeValueAsString(places);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Texts and numbers can be written as JSON", e);
    }
  }

  /** Returns the place in the {@code place} column of {@link StagedQuestion#SCHEMA}. */
  static ImagePlace of(String id, Row row) {
    return COLUMNS.record(row).named(id);
  }

  /** Returns where it is, for messages: the first of several. */
  static String words(Row row) {
    return COLUMNS.record(row).words();
  }

  private String words() {
    if (!parts.isEmpty()) {
      return read(parts, Part[].class)[0].place().words();
    }
    if (file.isEmpty()) {
      return text.isEmpty() ? "a file of this name" : "the text of a row";
    }
    return Text.format(
        column.isEmpty() ? "%s:byte %d" : "%s:row %d", new Path(file).getName(), start);
  }

  private ImagePlace named(String id) {
    if (!video.isEmpty()) {
      return read(video, ImagePlace.Video.class);
    }
    if (!parts.isEmpty()) {
      return new ImagePlace.Several(several());
    }
    if (!text.isEmpty()) {
      return new ImagePlace.Base64Text(id, text);
    }
    if (file.isEmpty()) {
      return id.startsWith(ImagePlace.Several.START)
          ? new ImagePlace.Several(
              ImagePlace.Several.ids(id).stream()
                  .<ImagePlace>map(ImagePlace.InFolder::new)
                  .toList())
          : new ImagePlace.InFolder(id);
    }
    return column.isEmpty()
        ? new ImagePlace.Base64Range(id, file, start, length)
        : new ImagePlace.ParquetCell(id, file, start, column, item);
  }

  private List<ImagePlace> several() {
    return Arrays.stream(read(parts, Part[].class))
        .map(part -> part.place().named(part.id()))
        .toList();
  }

  private static <T> T read(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A staged place is JSON", e);
    }
  }
}
