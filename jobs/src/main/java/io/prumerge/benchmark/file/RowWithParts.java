package io.prumerge.benchmark.file;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.prumerge.source.table.CombinedRow;
import io.prumerge.source.table.DataRow;
import java.util.Map;
import java.util.Optional;

/** A row whose columns and the named parts of whose columns' texts are its columns. */
final class RowWithParts extends CombinedRow {

  private final Map<String, Pattern> parts;

  /**
   * @param parts by column; their named groups are parts of its text
   */
  RowWithParts(DataRow row, Map<String, Pattern> parts) {
    super(row);
    this.parts = parts;
  }

  /**
   * Returns the row that has a column or a part.
   *
   * @throws io.prumerge.source.DataException if a text has not the parts of its column
   */
  @Override
  protected DataRow with(String column, DataRow own) {
    for (Map.Entry<String, Pattern> part : parts.entrySet()) {
      if (part.getValue().namedGroups().containsKey(column)) {
        return new TextCell(
            own,
            own.text(part.getKey())
                .flatMap(text -> Optional.ofNullable(part(column, text, part, own)))
                .filter(text -> !text.isEmpty()));
      }
    }
    return own;
  }

  private static String part(String name, String text, Map.Entry<String, Pattern> of, DataRow row) {
    Matcher found = of.getValue().matcher(text);
    if (!found.find()) {
      throw row.error(
          of.getKey(), "has not the parts of '" + of.getValue().pattern() + "': " + text);
    }
    return found.group(name);
  }
}
