package io.prumerge.run;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.report.page.ReportPages;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The folder of a finished run, with all its tables.
 *
 * @param ids run ids, one per model
 * @param warnings warnings about the figures; empty if the run was finished before
 */
public record FinishedRun(RunDirectory directory, List<String> ids, List<String> warnings) {

  public FinishedRun {
    ids = List.copyOf(ids);
    warnings = List.copyOf(warnings);
  }

  /** Returns the folder. */
  public Path root() {
    return directory.root();
  }

  /** Returns the path of the report's HTML page. */
  public String page() {
    return new Path(RunDirectory.report(root()), ReportPages.HTML).toString();
  }

  /** Returns the benchmarks of its questions. */
  public Benchmarks benchmarks() throws IOException {
    return Manifest.benchmarks(directory.manifests().runs());
  }

  /** Reads one of the run's tables. */
  public Dataset<Row> read(SparkSession spark, Table<?> table) {
    return table.read(spark, List.of(directory.table(table)));
  }
}
