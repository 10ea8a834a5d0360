package io.prumerge.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/**
 * Wraps all calls to the Parquet library. The library trusts what it reads: on a damaged file it
 * throws any exception or allocates more memory than there is.
 */
final class ParquetLibrary {

  /** A call to the library. */
  interface Work<T> {
    T done() throws IOException;
  }

  private ParquetLibrary() {}

  /**
   * Opens a file and checks that its column chunks lie within it, since the library believes their
   * lengths.
   *
   * @throws DataException if it is not Parquet
   */
  static ParquetFileReader open(Path file, Configuration hadoop) throws IOException {
    return refusing(
        () -> file + " is not a complete Parquet file (cut off, or a Git LFS pointer?)",
        () -> {
          InputFile input = HadoopInputFile.fromPath(file, hadoop);
          ParquetFileReader reader = ParquetFileReader.open(input);
          try {
            requireWithin(reader, input.getLength());
            return reader;
          } catch (RuntimeException e) {
            reader.close();
            throw e;
          }
        });
  }

  private static void requireWithin(ParquetFileReader reader, long length) {
    for (BlockMetaData rowGroup : reader.getRowGroups()) {
      for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
        long start = chunk.getStartingPos();
        long size = chunk.getTotalSize();
        if (start < 0 || size < 0 || start > length || size > length - start) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s has %d bytes from %d on, the file has %d",
                  chunk.getPath(),
                  size,
                  start,
                  length));
        }
      }
    }
  }

  /**
   * Makes a call about a file.
   *
   * @param problem message if the library fails; names the file
   * @throws DataException if the library fails
   */
  static <T> T refusing(Supplier<String> problem, Work<T> work) throws IOException {
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

  /** The exceptions of a damaged file, including a failed allocation of a length from the file. */
  private static DataException refusal(String problem, Throwable e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new DataException(problem + ": " + reason, e);
  }
}
