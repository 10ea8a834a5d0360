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
 * The one way to Parquet's own code, which trusts what it reads: a damaged file makes it throw
 * anything, or ask for more memory than there is.
 */
final class ParquetLibrary {

  /** Something that the library does. */
  interface Work<T> {
    T done() throws IOException;
  }

  private ParquetLibrary() {}

  /**
   * Opens a file, whose column chunks lie within it: they are read as long as they say they are.
   *
   * @throws DataException when it is no Parquet
   */
  static ParquetFileReader open(Path file, Configuration hadoop) throws IOException {
    return refusing(
        () -> file + " is no whole Parquet file (cut off, or only a pointer to the real one?)",
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
   * Does something with a file.
   *
   * @param problem what cannot be done where the library does not, naming the file
   * @throws DataException when the library cannot
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
   * A value of a row that was read: what its bytes are is only looked up when they are asked for.
   *
   * @param where file, row and path of the value
   * @throws DataException when the library cannot
   */
  static <T> T value(String where, Supplier<T> value) {
    try {
      return value.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw refusal(where + ": cannot read the value", e);
    }
  }

  /** All say that a file is damaged: an array of a length that stands in it among them. */
  private static DataException refusal(String problem, Throwable e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new DataException(problem + ": " + reason, e);
  }
}
