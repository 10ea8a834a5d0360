package io.prumerge.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Function;

/**
 * A row of a {@link RecordTable}.
 *
 * @param where the file and the row in it
 * @param values give the value in a column; a missing node if the cell is empty, or there is no
 *     such column
 */
public record TableRecord(String where, Function<String, JsonNode> values) {

  /** Returns the value in a column; a missing node if there is none. */
  public JsonNode value(String column) {
    return values.apply(column);
  }

  /** Returns the text in a column, or that of a number or a boolean, unless it is blank. */
  public Optional<String> text(String column) {
    return JsonLine.scalar(value(column)).filter(text -> !text.isBlank());
  }

  /** Returns an error about this row. */
  public DataException error(String problem) {
    return new DataException(where + ": " + problem);
  }
}
