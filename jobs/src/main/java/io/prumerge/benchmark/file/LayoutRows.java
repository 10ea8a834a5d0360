package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.source.table.DataRow;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the rows of a {@link DataLayout} are.
 *
 * @param filled columns without which a row is no question
 * @param each the column for each of whose values a row is a question
 * @param parts expressions by column, whose named groups are parts of its text and so columns, too
 * @param joins columns of other files and tables
 * @param prompted which prompts the column of questions holds; empty = it holds questions
 */
record LayoutRows(
    List<String> filled,
    Optional<String> each,
    Map<String, Pattern> parts,
    List<LayoutJoin> joins,
    Optional<RowPrompts> prompted) {

  LayoutRows {
    filled = List.copyOf(filled);
    parts = Map.copyOf(parts);
    joins = List.copyOf(joins);
  }

  /** Returns the columns that rows have besides their table's. */
  Set<String> added() {
    Set<String> added = new HashSet<>();
    parts.values().forEach(part -> added.addAll(part.namedGroups().keySet()));
    joins.forEach(join -> added.addAll(join.columns()));
    return added;
  }

  /** Returns the names of values in the prompts that rows hold; none if they hold questions. */
  Set<String> namesInPrompts(Map<String, QuestionWording> prompts) {
    return prompted.map(one -> one.form(prompts).names()).orElse(Set.of());
  }

  /** Returns the rows of the questions that a row is; itself if it is one. */
  List<DataRow> questions(DataRow row) {
    if (each.isEmpty() || !row.has(each.get())) {
      return List.of(row);
    }
    String column = each.get();
    return row.texts(column).stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .<DataRow>map(value -> new RowOfValue(row, column, value))
        .toList();
  }

  /** Returns what a row's id has besides the column of ids. */
  String ending(DataRow row) {
    return each.flatMap(row::text).map(value -> "/" + value).orElse("");
  }

  /** Returns a row with the parts of its texts. */
  DataRow whole(DataRow row) {
    return parts.isEmpty() ? row : new RowWithParts(row, parts);
  }
}
