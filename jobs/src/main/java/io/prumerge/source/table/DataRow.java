package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.ImagePlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A row of a {@link DataTable}. A cell is absent if it is empty, null or an empty list, or the row
 * has no such column; a column {@code a.b} is the field b of structs, or of lists of structs, in a
 * column a; {@code NA}, {@code None} and {@code nan} are texts.
 */
public interface DataRow {

  /** Returns {@code file:line}, lines from 1, or {@code file:row n} of Parquet, rows from 0. */
  String where();

  /** Returns whether there is something in {@code column}. */
  boolean has(String column);

  /**
   * Returns a text, or a number or a boolean as Python's {@code str} writes it: {@code 1.0}, {@code
   * 1e+22}, {@code True}. Parquet's numbers of 32 bits have their own digits: {@code 0.1}.
   *
   * @throws DataException if the cell holds a list, a struct or NaN
   */
  Optional<String> text(String column);

  /**
   * Returns the elements of a list, each as {@link #text} or empty; of a text those of the JSON or
   * Python list that it spells, or else the text alone, be it in brackets: {@code [EXIT]}.
   *
   * @throws DataException if an element is null or is none that {@link #text} returns; or if a text
   *     begins like a list of texts, or is one that numpy has cut off, and cannot be read as one
   */
  List<String> texts(String column);

  /**
   * Returns the elements of a list as {@link #texts}, but each that is null or NaN as an empty
   * text: a list of options may have as many as that of another row.
   *
   * @throws DataException otherwise as {@link #texts}, and if a text in brackets is no list
   */
  List<String> textsOrEmpty(String column);

  /**
   * Returns the values of a struct, or of a JSON or Python dict that a text spells, by their keys
   * in order, each as {@link #text}; absent ones are empty. None if the cell holds something else.
   *
   * @throws DataException if a value is none that {@link #text} returns, or a text begins and ends
   *     like a dict and cannot be read as one
   */
  Map<String, String> textsByKey(String column);

  /**
   * Returns the texts of options by their labels, in order: of a struct of two lists, as {@code
   * {text: [a, b], label: [1, 2]}}, or of a list of structs, as {@code [{label: 1, text: a}, ...]};
   * or of a text that spells one of them. None if the cell holds something else.
   *
   * @throws DataException if a label stands there twice, or as {@link #text}
   */
  Map<String, String> textsByLabel(String column);

  /**
   * Returns an id as the file has it, an integer or a text.
   *
   * @throws DataException if it is absent or of another type
   */
  JsonNode id(String column);

  /**
   * Returns the places of the pictures in a cell: a list holds several, of which those that are
   * null, empty or without bytes and path are empty here.
   *
   * @param files whether texts name files below the image folders. Otherwise they are base64 or, up
   *     to 64 characters long, the {@code id} of a row before that has the same picture, as in
   *     VLMEvalKit's files
   * @param id names the cell's picture, unless that is a file; equal ids are the same picture
   * @throws DataException if the cell holds none of these
   */
  List<Optional<ImagePlace>> images(String column, boolean files, String id);

  /**
   * Returns the list of a video's frames that a cell holds; empty if it holds something else, or
   * its table cannot hold pictures as bytes.
   *
   * @param id names the list; equal ids are the same frames
   * @throws DataException if the cell holds a list of anything else
   */
  Optional<FrameList> frames(String column, String id);

  /**
   * Returns the row to keep in memory for as long as others are read. One of JSON equals another
   * with the same values.
   *
   * @param columns that are asked for later; others need not be there
   * @param once returns a text as it was kept before, if it was
   */
  default DataRow kept(Set<String> columns, UnaryOperator<JsonNode> once) {
    return this;
  }

  /** Returns an error about a cell: {@code tickets.csv:12: 'answer' ...}. */
  DataException error(String column, String problem);
}
