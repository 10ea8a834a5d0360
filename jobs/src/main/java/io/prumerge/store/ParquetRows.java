package io.prumerge.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** Counts the rows of written tables by the footers of their files, without a Spark job. */
public final class ParquetRows {

  private ParquetRows() {}

  /** Returns the number of rows in a folder's Parquet files. */
  public static long count(Path table, FileSystem fs) throws IOException {
    FileStatus[] files = fs.listStatus(table, path -> path.getName().endsWith(".parquet"));
    try {
      return Arrays.stream(files).parallel().mapToLong(file -> rows(file, fs.getConf())).sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long rows(FileStatus file, Configuration hadoop) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
      return reader.getRecordCount();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
