package io.prumerge.source;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * A table of a catalog whose rows were written to Parquet files, in their order, to be read as
 * files are.
 *
 * @param name the table's, for messages
 * @param ids columns of which one has a row's id, for messages
 * @param version of the table; empty where nobody asks for it
 */
public record StagedTable(
    String name, List<String> ids, Path folder, Optional<TableVersion> version) {

  public StagedTable {
    ids = List.copyOf(ids);
  }
}
