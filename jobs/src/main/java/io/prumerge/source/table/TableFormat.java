package io.prumerge.source.table;

import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A format of tables that keeps beside its data files which of them, and which of their rows, are
 * the table's: read without that, deleted rows come back.
 */
enum TableFormat {
  DELTA("a Delta table", "_delta_log", ""),
  ICEBERG("an Iceberg table", "metadata", ".metadata.json"),
  HUDI("a Hudi table", ".hoodie", "");

  /** The folder of an Iceberg table's files, beside that of its metadata. */
  private static final String DATA = "data";

  private final String named;
  private final String mark;
  private final String inside;

  /**
   * @param mark a folder that is in a table's
   * @param inside what the name of a file in it has; empty if any does
   */
  TableFormat(String named, String mark, String inside) {
    this.named = named;
    this.mark = mark;
    this.inside = inside;
  }

  /**
   * Refuses a table's folder.
   *
   * @param below any folder in it
   * @throws DataException if that says what the table's files are
   */
  static void refuseBy(Path below, Configuration hadoop) throws IOException {
    for (TableFormat format : values()) {
      if (below.getName().equals(format.mark) && format.isMarkedBy(below, hadoop)) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s is %s (it has %s): its Parquet files alone hold deleted rows, too; name it as the"
                    + " session's catalog does, table:NAME, or write its rows elsewhere, as by"
                    + " spark.table(NAME).write().parquet(FOLDER), and name that folder",
                below.getParent(),
                format.named,
                format.mark));
      }
    }
  }

  private boolean isMarkedBy(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    return inside.isEmpty()
        || Arrays.stream(files.listStatus(folder))
            .anyMatch(file -> file.getPath().getName().contains(inside));
  }

  /**
   * Refuses a folder that is a table's or, as a partition of it, lies in one.
   *
   * @throws DataException if it is
   */
  static void refuseAround(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    for (Path at = folder; at != null; at = isPart(at) ? at.getParent() : null) {
      for (TableFormat format : values()) {
        Path mark = new Path(at, format.mark);
        if (files.exists(mark) && files.getFileStatus(mark).isDirectory()) {
          refuseBy(mark, hadoop);
        }
      }
    }
  }

  private static boolean isPart(Path folder) {
    return folder.getName().contains("=") || folder.getName().equals(DATA);
  }
}
