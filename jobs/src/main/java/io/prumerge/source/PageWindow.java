package io.prumerge.source;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.filter2.columnindex.RowRanges;
import org.apache.parquet.schema.MessageType;

/**
 * Some pages of one column in a row group, and their rows. Of a file that has an index of its
 * pages, as Spark writes them, a task reads those with its own rows: a row group may have the
 * pictures of a hundred thousand rows.
 *
 * @param first number of their first row in the row group
 * @param end number of the first row after them
 */
record PageWindow(long first, long end, RowRanges rows) {

  /** What is read at once, if no single page has more: a request to a store should be worth it. */
  private static final int BYTES = 4 << 20;

  /**
   * Returns the pages from the one of a row on; nothing if the file has no index of them, or one
   * that cannot be right.
   *
   * @param group number of the row group
   * @param column whose pages these are, and none else's
   * @param row number of the row in the row group
   */
  static Optional<PageWindow> from(
      ParquetFileReader reader, int group, MessageType column, long row) throws IOException {
    BlockMetaData rows = reader.getRowGroups().get(group);
    ColumnChunkMetaData chunk =
        rows.getColumns().stream()
            .filter(one -> column.containsPath(one.getPath().toArray()))
            .findFirst()
            .orElseThrow();
    if (chunk.getOffsetIndexReference() == null) {
      return Optional.empty();
    }
    OffsetIndex pages = reader.getColumnIndexStore(group).getOffsetIndex(chunk.getPath());
    return isRight(pages, chunk, rows.getRowCount())
        ? Optional.of(from(pages, rows.getRowCount(), row))
        : Optional.empty();
  }

  private static boolean isRight(OffsetIndex pages, ColumnChunkMetaData chunk, long rows) {
    long offset = chunk.getStartingPos();
    long row = 0;
    for (int page = 0; page < pages.getPageCount(); page++) {
      boolean inOrder =
          pages.getOffset(page) >= offset
              && pages.getCompressedPageSize(page) > 0
              && (page == 0 ? pages.getFirstRowIndex(0) == 0 : pages.getFirstRowIndex(page) > row);
      if (!inOrder) {
        return false;
      }
      offset = pages.getOffset(page) + pages.getCompressedPageSize(page);
      row = pages.getFirstRowIndex(page);
    }
    return pages.getPageCount() > 0
        && offset <= chunk.getStartingPos() + chunk.getTotalSize()
        && row < rows;
  }

  private static PageWindow from(OffsetIndex pages, long rows, long row) {
    int first = 0;
    while (pages.getLastRowIndex(first, rows) < row) {
      first++;
    }
    int last = first;
    long start = pages.getOffset(first);
    while (last + 1 < pages.getPageCount()
        && pages.getOffset(last + 1) + pages.getCompressedPageSize(last + 1) - start <= BYTES) {
      last++;
    }
    return new PageWindow(
        pages.getFirstRowIndex(first),
        pages.getLastRowIndex(last, rows) + 1,
        RowRanges.create(rows, IntStream.rangeClosed(first, last).iterator(), pages));
  }
}
