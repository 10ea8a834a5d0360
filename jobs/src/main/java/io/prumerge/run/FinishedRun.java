package io.prumerge.run;

import io.prumerge.store.Table;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A run's folder with all its tables.
 *
 * @param ids of its runs, one for each model
 * @param warnings what to know beside the figures; none where the run was finished before
 */
public record FinishedRun(RunDirectory directory, List<String> ids, List<String> warnings) {

  public FinishedRun {
    ids = List.copyOf(ids);
    warnings = List.copyOf(warnings);
  }

  /** The folder. */
  public Path root() {
    return directory.root();
  }

  /** One of the run's tables. */
  public Dataset<Row> read(SparkSession spark, Table table) {
    return table.read(spark, List.of(directory.table(table)));
  }
}
