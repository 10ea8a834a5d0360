package io.prumerge.source;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * Rows that Spark read, and wrote to Parquet files, in their order, to be read as files are.
 *
 * @param name where the rows are from, for messages
 * @param ids columns of which one has a row's id, for messages
 * @param version of the table; empty where nobody asks for it
 * @param read the files and folders that Spark read; none of a table of a catalog
 */
public record StagedTable(
    String name, List<String> ids, Path folder, Optional<TableVersion> version, List<Path> read) {

  /**
   * The column that says of a row why Spark's reader cannot read it, where that is known; it is
   * none of the table's.
   */
  public static final String UNREADABLE = "_unreadable";

  /**
   * The column of the Parquet file that has a row's pictures, in columns of the same names, if the
   * row was written without them; as Spark writes a path, with escapes.
   */
  public static final String FILE = "_pictures file";

  /** The column of the row's number in that file, from 0. */
  public static final String ROW = "_pictures row";

  /** The columns that are none of the table's. */
  public static final Set<String> ADDED = Set.of(UNREADABLE, FILE, ROW);

  public StagedTable {
    ids = List.copyOf(ids);
    read = List.copyOf(read);
  }
}
