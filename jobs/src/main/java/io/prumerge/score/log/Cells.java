package io.prumerge.score.log;

import io.prumerge.source.DataException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A row of a table of answers.
 *
 * @param where the file and the row in it
 * @param values give the value in a column; empty if the cell is, or there is no such column
 */
record Cells(String where, Function<String, Optional<LoggedText>> values) {

  /** Returns the text in a column, if there is any. */
  Optional<String> text(String column) {
    return values.apply(column).map(LoggedText::text).filter(text -> !text.isBlank());
  }

  /** Returns the value in a column, which may be no answer; an empty text in an empty cell. */
  LoggedText answer(String column) {
    return values.apply(column).orElseGet(() -> LoggedText.of(""));
  }

  /** Returns an error about this row. */
  DataException error(String problem) {
    return new DataException(where + ": " + problem);
  }
}
