package io.prumerge.source;

/**
 * Rows that Spark reads in a job's session: a table of its catalogs, or files by a format. Its text
 * is what a benchmark's file and an option name it by.
 */
public interface RowSource {

  /** Returns the name that {@link TableVersion}s have of it. */
  String joined();
}
