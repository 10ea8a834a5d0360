package io.prumerge.source;

import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Rows that Spark reads in a job's session: a table of its catalogs, or files by a format. Its text
 * is what a benchmark's file and an option name it by.
 */
public interface RowSource {

  /** Returns the name that {@link TableVersion}s have of it. */
  String joined();

  /** Returns the files and folders that Spark reads, by their full names; none of a table. */
  default List<Path> places() {
    return List.of();
  }
}
