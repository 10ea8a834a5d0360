package io.prumerge.source.table;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A format of tables that keeps elsewhere than in its data files which of them, and which of their
 * rows, are the table's: read without that, rows that were deleted, replaced or never committed
 * count. The names of folders and files are those of each format's own documentation.
 */
enum TableFormat {
  DELTA(
      "a Delta table",
      "_delta_log",
      "",
      "its Parquet files alone hold deleted rows, too",
      of("delta")),
  ICEBERG(
      "an Iceberg table",
      "metadata",
      ".*\\.metadata\\.json",
      "its Parquet files alone hold deleted rows, too",
      of("iceberg")),
  HUDI("a Hudi table", ".hoodie", "", "its Parquet files alone hold deleted rows, too", of("hudi")),
  PAIMON(
      "a Paimon table",
      "schema",
      "schema-\\d+",
      "its data files alone hold deleted rows and those of before updates, too",
      of("paimon")),
  SINK(
      "the folder of a streaming sink",
      "_spark_metadata",
      "",
      "its files alone hold rows of batches that were never committed, too",
      "have Spark read it, which goes by that log: data: {format: parquet, path: FOLDER}, or the"
          + " format that its files have"),
  HIVE(
      "a transactional table of Hive",
      "(base|(delete_)?delta_\\d{7,})_\\d{7,}(_\\d{4})?(_v\\d+)?",
      "its files alone hold deleted rows and those of unfinished transactions, too",
      "write its rows elsewhere by Hive (INSERT OVERWRITE DIRECTORY), and name that folder"),
  DUCK_LAKE(
      "a DuckLake table",
      "ducklake-[0-9a-f]{8}-[0-9a-f-]{27}(-deletes?)?\\.(parquet|puffin)",
      "which of its files and rows are left only its catalog says, a database",
      "write its rows elsewhere by DuckDB (COPY (FROM NAME) TO 'FILE.parquet'), and name that"
          + " file");

  /** The folder of an Iceberg table's files beside that of its metadata; a bucket of Paimon's. */
  private static final Pattern DATA = Pattern.compile("data|bucket-.*");

  private final String named;
  private final Optional<String> mark;
  private final Optional<Pattern> inside;
  private final Optional<Pattern> rows;
  private final String why;
  private final String advice;

  /**
   * @param mark the name of a folder in a table's that has no rows
   * @param inside the name of a file in that folder; empty if any is
   * @param why what is wrong with the files alone
   */
  TableFormat(String named, String mark, String inside, String why, String advice) {
    this.named = named;
    this.mark = Optional.of(mark);
    this.inside = Optional.of(inside).filter(one -> !one.isEmpty()).map(Pattern::compile);
    this.rows = Optional.empty();
    this.why = why;
    this.advice = advice;
  }

  /**
   * @param rows the name of a file or folder in a table's that has rows
   */
  TableFormat(String named, String rows, String why, String advice) {
    this.named = named;
    this.mark = Optional.empty();
    this.inside = Optional.empty();
    this.rows = Optional.of(Pattern.compile(rows));
    this.why = why;
    this.advice = advice;
  }

  private static String of(String format) {
    return Text.format(
        "have Spark read it with the format's package, data: {format: %s, path: FOLDER}, name it as"
            + " the session's catalog does, table:NAME, or write its rows elsewhere, as by"
            + " spark.table(NAME).write().parquet(FOLDER), and name that folder",
        format);
  }

  /**
   * Refuses a table's folder.
   *
   * @param below any file or folder in it
   * @throws DataException if that says what the table's files are, or is one of them
   */
  static void refuseBy(Path below, Configuration hadoop) throws IOException {
    for (TableFormat format : values()) {
      String name = below.getName();
      if (format.rows.filter(own -> own.matcher(name).matches()).isPresent()
          || format.mark.equals(Optional.of(name)) && format.isMarkedBy(below, hadoop)) {
        throw new DataException(
            Text.format(
                "%s is %s (it has %s): %s; %s",
                below.getParent(), format.named, name, format.why, format.advice));
      }
    }
  }

  private boolean isMarkedBy(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    return files.getFileStatus(folder).isDirectory()
        && (inside.isEmpty()
            || Arrays.stream(files.listStatus(folder))
                .anyMatch(file -> inside.get().matcher(file.getPath().getName()).matches()));
  }

  /**
   * Refuses a folder that is a table's or, as a partition of it, lies in one.
   *
   * @throws DataException if it is
   */
  static void refuseAround(Path folder, Configuration hadoop) throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    for (Path at = folder; at != null; at = isPart(at) ? at.getParent() : null) {
      refuseBy(at, hadoop);
      for (TableFormat format : values()) {
        if (format.mark.isPresent() && files.exists(new Path(at, format.mark.get()))) {
          refuseBy(new Path(at, format.mark.get()), hadoop);
        }
      }
    }
  }

  private static boolean isPart(Path folder) {
    return folder.getName().contains("=") || DATA.matcher(folder.getName()).matches();
  }
}
