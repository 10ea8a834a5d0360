package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.source.table.DataRow;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the rows of a {@link DataLayout} are.
 *
 * @param filled columns without which a row is no question
 * @param parts expressions by column, whose named groups are parts of its text and so columns, too
 * @param joins columns of other files and tables
 * @param prompted which prompts the column of questions holds; empty = it holds questions
 */
record LayoutRows(
    List<String> filled,
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

  /** Returns a row with the parts of its texts. */
  DataRow whole(DataRow row) {
    return parts.isEmpty() ? row : new RowWithParts(row, parts);
  }
}
