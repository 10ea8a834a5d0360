package io.prumerge.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/**
 * One row of a {@link HuggingFaceTable}, or a struct inside one. Columns that were not read and
 * null cells are both absent.
 */
public final class HuggingFaceRow {

  private final Path file;
  private final long number;
  private final String within;
  private final Group group;

  /**
   * @param number of the row in its file, from 0
   * @param within path of the struct, ending with a dot; empty for a row
   */
  HuggingFaceRow(Path file, long number, String within, Group group) {
    this.file = file;
    this.number = number;
    this.within = within;
    this.group = group;
  }

  /** Returns {@code file:row n}, rows from 0. */
  public String where() {
    return file.getName() + ":row " + number;
  }

  /** Returns an error about this row. */
  public DataException error(String problem) {
    return new DataException(where() + ": " + problem);
  }

  /** Returns the string in {@code column}; it may be empty but not absent. */
  public String text(String column) {
    return required(column).text();
  }

  /** Returns the string in {@code column}, if there is one. */
  public Optional<String> optionalText(String column) {
    return value(column).map(ParquetValue::text);
  }

  /**
   * Returns the value in {@code column} as JSON, if there is one: a text, a boolean, a number with
   * the digits that its type is written with ({@link io.prumerge.text.PythonFloat#asWritten}), the
   * bytes of a column without a type, a day or a time as its text of ISO 8601, a list or a struct
   * of such.
   *
   * @throws DataException if it is of another type, such as an interval
   */
  public Optional<JsonNode> json(String column) {
    return value(column).map(ParquetValue::json);
  }

  /** Returns the integer in {@code column}, of any width. */
  public long integer(String column) {
    return required(column).integer();
  }

  /** Returns the integer in {@code column}, if there is one. */
  OptionalLong optionalInteger(String column) {
    return value(column).stream().mapToLong(ParquetValue::integer).findAny();
  }

  /** Returns the id in {@code column}, an integer or a string. */
  public JsonNode id(String column) {
    ParquetValue value = required(column);
    return value.isText() ? new TextNode(value.text()) : new LongNode(value.integer());
  }

  /** Returns the list of strings in {@code column}; an empty list if absent. */
  public List<String> texts(String column) {
    return elements(column).stream().map(ParquetValue::text).toList();
  }

  /** Returns the string in {@code column} or its list of strings; an empty list if absent. */
  public List<String> textOrTexts(String column) {
    Optional<ParquetValue> value = value(column);
    return value.isPresent() && !value.get().isList() ? List.of(text(column)) : texts(column);
  }

  /**
   * Returns the list of numbers in {@code column}, floats of 32 bits widened as the {@code
   * datasets} library hands them out to be computed with; an empty list if absent.
   */
  public List<Double> numbers(String column) {
    return elements(column).stream().map(ParquetValue::number).toList();
  }

  /** Returns the struct in {@code column}, if there is one. */
  public Optional<HuggingFaceRow> struct(String column) {
    return value(column).map(value -> struct(value, column));
  }

  /** Returns the list of structs in {@code column}; an empty list if absent. */
  public List<HuggingFaceRow> structs(String column) {
    return elements(column).stream().map(value -> struct(value, column)).toList();
  }

  /**
   * Returns the place of the image that a cell is, or that an element of its list is: a struct with
   * the field {@code bytes}, the bytes themselves, or base64 text.
   *
   * @param column a column that has a value, or {@code column.field} of structs
   * @param id name of the image; equal ids are the same image
   * @param item index in the list; 0 if the column is not a list
   */
  public ImagePlace.ParquetCell image(String column, String id, int item) {
    return new ImagePlace.ParquetCell(id, file.toString(), number, column, item);
  }

  /**
   * Returns the place of an image, if there is one.
   *
   * @param column a top-level column of structs {@code {bytes, path}}, or of lists of such
   * @param id name of the image; equal ids are the same image
   * @param item index in the list; 0 if the column is not a list
   */
  public Optional<ImagePlace> place(String column, String id, int item) {
    Optional<ParquetValue> image = value(column).flatMap(value -> value.item(item));
    image.ifPresent(ParquetValue::struct);
    return image.map(value -> image(column, id, item));
  }

  private Optional<ParquetValue> value(String column) {
    return ParquetValue.of(group, column, where() + ": '" + within + column + "'");
  }

  private ParquetValue required(String column) {
    return value(column).orElseThrow(() -> error(Text.format("'%s%s' is null", within, column)));
  }

  private List<ParquetValue> elements(String column) {
    return value(column).map(ParquetValue::elements).orElse(List.of()).stream()
        .map(
            element ->
                element.orElseThrow(
                    () -> error(Text.format("'%s%s' has a null in it", within, column))))
        .toList();
  }

  private HuggingFaceRow struct(ParquetValue value, String column) {
    return new HuggingFaceRow(file, number, within + column + ".", value.struct());
  }
}
