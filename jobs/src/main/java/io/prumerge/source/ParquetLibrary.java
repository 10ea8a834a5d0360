package io.prumerge.source;

import io.prumerge.lang.Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.MessageType;

/**
 * Wraps all calls to the Parquet library. The library trusts what it reads: on a damaged file it
 * throws any exception or allocates more memory than there is.
 */
final class ParquetLibrary {

  private ParquetLibrary() {}

  /**
   * Opens a file and checks that its column chunks lie within it, since the library believes their
   * lengths.
   *
   * @throws DataException if it is not Parquet
   */
  @SuppressWarnings("deprecation") // there is no other way to open a file by a footer of our own
  static ParquetFileReader open(Path file, Configuration hadoop) throws IOException {
    ParquetFooter footer = footer(file, hadoop);
    return refusing(
        () -> file + " cannot be opened",
        () -> new ParquetFileReader(hadoop, file, footer.metadata()));
  }

  /**
   * Reads a file's footer, with the same check.
   *
   * @throws DataException if it is not Parquet
   */
  static ParquetFooter footer(Path file, Configuration hadoop) throws IOException {
    return refusing(
        () -> file + " is not a complete Parquet file (cut off, or a Git LFS pointer?)",
        () -> {
          ParquetFooter footer = ParquetFooter.read(file, hadoop);
          requireWithin(
              footer.metadata().getBlocks(),
              file.getFileSystem(hadoop).getFileStatus(file).getLen());
          return footer;
        });
  }

  private static void requireWithin(List<BlockMetaData> rowGroups, long length) {
    for (BlockMetaData rowGroup : rowGroups) {
      for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
        long start = chunk.getStartingPos();
        long size = chunk.getTotalSize();
        if (start < 0 || size < 0 || start > length || size > length - start) {
          throw new IllegalArgumentException(
              Text.format(
                  "%s has %d bytes from %d on, the file has %d",
                  chunk.getPath(), size, start, length));
        }
      }
    }
  }

  /**
   * Checks that columns can be decompressed here.
   *
   * @throws DataException naming a column and its codec
   */
  static void requireCodecs(
      ParquetFileReader reader, MessageType columns, Path file, Configuration hadoop) {
    for (BlockMetaData rowGroup : reader.getRowGroups()) {
      ParquetFooter.absentCodec(rowGroup, columns, hadoop)
          .ifPresent(
              problem -> {
                throw new DataException(file + ": " + problem);
              });
    }
  }

  /**
   * Makes a call about a file.
   *
   * @param problem message if the library fails; names the file
   * @throws DataException if the library fails
   */
  static <T> T refusing(Supplier<String> problem, ParquetCall<T> work) throws IOException {
    try {
      return work.done();
    } catch (DataException | FileNotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw refusal(problem.get(), e);
    }
  }

  /**
   * Reads a value of a row; the library decodes bytes only on access.
   *
   * @param where file, row and path of the value
   * @throws DataException if the library fails
   */
  static <T> T value(String where, Supplier<T> value) {
    try {
      return value.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw refusal(where + ": cannot read the value", e);
    }
  }

  /**
   * Returns the exceptions of a damaged file, including a failed allocation of a length from the
   * file.
   */
  private static DataException refusal(String problem, Throwable e) {
    String reason = said(e);
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String cause = reason.contains(said(root)) ? "" : ": " + said(root);
    return new DataException(problem + ": " + reason + cause, e);
  }

  private static String said(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
