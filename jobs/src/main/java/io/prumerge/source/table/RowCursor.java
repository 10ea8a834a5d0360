package io.prumerge.source.table;

import io.prumerge.source.DataException;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;

/** Rows of a table beside the questions', which are read one by one. */
public interface RowCursor extends Closeable {

  /**
   * Passes the next row, unless it cannot be read, or {@code sink} refuses it: such are left out.
   *
   * @return false after the last row
   * @throws DataException if the file itself is invalid
   */
  boolean next(Consumer<DataRow> sink) throws IOException;
}
