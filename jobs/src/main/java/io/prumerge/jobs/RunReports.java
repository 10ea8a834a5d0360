package io.prumerge.jobs;

import io.prumerge.benchmark.DataException;
import io.prumerge.report.Inference;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Report;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Makes one report of several finished runs. */
final class RunReports {

  private final SparkSession spark;
  private final Folders folders;

  RunReports(SparkSession spark) {
    this.spark = spark;
    this.folders = new Folders(spark);
  }

  /**
   * Writes the report's tables.
   *
   * @param runs folders of finished runs
   * @param target a folder that is not there yet
   * @param inference with a baseline as the runs spell it
   */
  Report write(List<String> runs, Path target, Inference inference) throws IOException {
    List<RunDirectory> directories = new ArrayList<>();
    for (String run : runs) {
      Path root = folders.present("--runs", run);
      RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
      if (directory.state() != RunDirectory.State.FINISHED) {
        throw new UsageException("--runs %s is no finished run".formatted(run));
      }
      directories.add(directory);
    }
    requireDistinct(directories);
    Report report =
        Report.of(all(Table.PREDICTIONS, directories), all(Table.SCORES, directories), inference);
    String baseline = inference.baseline();
    if (report.summary().stream().noneMatch(summary -> summary.method().equals(baseline))) {
      throw new UsageException(
          "No run has the --baseline %s; methods: %s"
              .formatted(baseline, report.summary().stream().map(MethodSummary::method).toList()));
    }
    report.write(spark, table -> new Path(target, table.folder()).toString());
    Table.RUNS.write(
        all(Table.RUNS, directories).coalesce(1), new Path(target, Table.RUNS.folder()).toString());
    return report;
  }

  private static void requireDistinct(List<RunDirectory> directories) throws IOException {
    List<String> ids = new ArrayList<>();
    for (RunDirectory directory : directories) {
      String id = directory.manifest().runId();
      if (ids.contains(id)) {
        throw new DataException("Run %s is given twice: %s".formatted(id, directory.root()));
      }
      ids.add(id);
    }
  }

  private Dataset<Row> all(Table table, List<RunDirectory> runs) {
    return table.read(spark, runs.stream().map(run -> run.table(table)).toList());
  }
}
