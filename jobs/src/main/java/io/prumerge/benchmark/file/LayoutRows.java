package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.source.table.DataRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the rows of a {@link DataLayout} are.
 *
 * @param filled columns without which a row is no question
 * @param parts expressions by column, whose named groups are parts of its text and so columns, too
 * @param joins columns of other files and tables
 * @param prompted the name of the wording whose prompts the column of questions holds; empty = it
 *     holds questions
 */
record LayoutRows(
    List<String> filled,
    Map<String, Pattern> parts,
    List<LayoutJoin> joins,
    Optional<String> prompted) {

  LayoutRows {
    filled = List.copyOf(filled);
    parts = Map.copyOf(parts);
    joins = List.copyOf(joins);
  }

  /** Returns a row with the parts of its texts. */
  DataRow whole(DataRow row) {
    return parts.isEmpty() ? row : new RowWithParts(row, parts);
  }
}
