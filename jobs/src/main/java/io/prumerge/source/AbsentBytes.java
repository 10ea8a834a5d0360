package io.prumerge.source;

import io.prumerge.lang.Text;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/**
 * Tells which cells of Parquet files have no picture's bytes. A file's footer says so of columns
 * that have none or all; of others the bytes are read, and not kept.
 */
public final class AbsentBytes implements Closeable {

  private enum Cells {
    NONE,
    SOME,
    ALL
  }

  private final Configuration hadoop;
  private final ImageReader reader;
  private final Map<String, Cells> known = new HashMap<>();

  public AbsentBytes(Configuration hadoop) {
    this.hadoop = hadoop;
    this.reader = new ImageReader(ImageFolder.NONE, 1, hadoop);
  }

  /** Returns whether no cell of a cell's column in its file has bytes, as the footer says. */
  public boolean inAll(ImagePlace.ParquetCell cell) {
    return cells(cell) == Cells.ALL;
  }

  /** Returns whether a cell has no bytes. */
  public boolean in(ImagePlace.ParquetCell cell) {
    return switch (cells(cell)) {
      case NONE -> false;
      case ALL -> true;
      case SOME -> {
        try {
          yield reader.read(cell).isEmpty();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private Cells cells(ImagePlace.ParquetCell cell) {
    return known.computeIfAbsent(
        cell.column() + "\n" + cell.file(),
        key -> {
          try {
            ParquetMetadata footer =
                ParquetLibrary.footer(new Path(cell.file()), hadoop).metadata();
            requireColumn(cell, footer.getFileMetaData().getSchema());
            return cells(footer, cell.column());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Refuses a column that Spark read there, for which capitals are alike. */
  private static void requireColumn(ImagePlace.ParquetCell cell, MessageType file) {
    String outer = cell.column().split("\\.", 2)[0];
    if (!file.containsField(cell.column()) && !file.containsField(outer)) {
      throw new DataException(
          Text.format(
              "%s has no column '%s' written so, with these capitals; write all files alike",
              cell.file(), outer));
    }
  }

  private static Cells cells(ParquetMetadata footer, String column) {
    Optional<MessageType> bytes =
        ParquetSchemas.imagesOnly(footer.getFileMetaData().getSchema(), column);
    if (bytes.isEmpty()) {
      return Cells.ALL;
    }
    List<ColumnChunkMetaData> chunks =
        footer.getBlocks().stream()
            .map(BlockMetaData::getColumns)
            .flatMap(List::stream)
            .filter(chunk -> bytes.get().containsPath(chunk.getPath().toArray()))
            .toList();
    if (chunks.stream().allMatch(chunk -> nulls(chunk) == 0)) {
      return Cells.NONE;
    }
    return chunks.stream().allMatch(chunk -> nulls(chunk) == chunk.getValueCount())
        ? Cells.ALL
        : Cells.SOME;
  }

  /** Returns how many values of a row group are null; -1 if its writer did not say. */
  private static long nulls(ColumnChunkMetaData chunk) {
    Statistics<?> statistics = chunk.getStatistics();
    return statistics != null && statistics.isNumNullsSet() ? statistics.getNumNulls() : -1;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
