package io.prumerge.store;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.RowSource;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** Files of a table's rows, which executors write and the driver reads. */
final class StagedFiles {

  private StagedFiles() {}

  /**
   * Checks that this host sees what executors wrote: each host has its own files under a local
   * path.
   *
   * @param rows that executors wrote
   * @throws Failure if there are other rows
   */
  static void requireRows(long rows, Path folder, RowSource table, Configuration hadoop)
      throws IOException {
    FileSystem fs = folder.getFileSystem(hadoop);
    long seen = 0;
    for (FileStatus file : fs.listStatus(folder, path -> path.getName().endsWith(".parquet"))) {
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
        seen += reader.getRecordCount();
      }
    }
    if (seen != rows) {
      throw new Failure(
          Wording.of(
              "Cannot read %s by files in %s: executors wrote %,d rows there, of which this host sees"
                  + " %,d; name a place that all hosts share, as of HDFS or an object store, by %s or"
                  + " %s",
              table, folder, rows, seen, Setting.OUTPUT, Setting.EXAMPLES_CACHE));
    }
  }
}
