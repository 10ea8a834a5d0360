package io.prumerge.jobs;

import io.prumerge.benchmark.DataException;
import io.prumerge.cost.ModelShape;
import io.prumerge.page.PageSources;
import io.prumerge.page.ReportPages;
import io.prumerge.report.Inference;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Report;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
   * Writes the report's tables and pages.
   *
   * @param runs folders of finished runs
   * @param examples where their pictures lie; empty for the places that the runs name
   * @param target a folder that is not there yet
   * @param inference with a baseline as the runs spell it
   */
  Report write(List<String> runs, List<String> examples, Path target, Inference inference)
      throws IOException {
    List<String> pictures = new ArrayList<>();
    for (String folder : examples) {
      pictures.add(folders.present("--examples", folder).toString());
    }
    List<RunDirectory> directories = new ArrayList<>();
    for (String run : runs) {
      Path root = folders.present("--runs", run);
      RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
      if (directory.state() != RunDirectory.State.FINISHED) {
        throw new UsageException("--runs %s is no finished run".formatted(run));
      }
      directories.add(directory);
    }
    List<Manifest> manifests = distinct(directories);
    Map<String, ModelShape> shapes = RunShapes.of(manifests);
    Report report =
        Report.of(all(Table.PREDICTIONS, directories), all(Table.SCORES, directories), inference)
            .estimated(shapes);
    String baseline = inference.baseline();
    if (report.summary().stream().noneMatch(summary -> summary.method().equals(baseline))) {
      throw new UsageException(
          "No run has the --baseline %s; methods: %s"
              .formatted(baseline, report.summary().stream().map(MethodSummary::method).toList()));
    }
    report.write(spark, table -> new Path(target, table.folder()).toString());
    Table.RUNS.write(
        all(Table.RUNS, directories).coalesce(1), new Path(target, Table.RUNS.folder()).toString());
    ReportPages.write(
        spark,
        new PageSources(
            target.toString(),
            places(Table.PREDICTIONS, directories),
            places(Table.SCORES, directories),
            pictures,
            shapes));
    return report;
  }

  private static List<Manifest> distinct(List<RunDirectory> directories) throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    for (RunDirectory directory : directories) {
      for (Manifest run : directory.manifests().runs()) {
        if (manifests.stream().anyMatch(other -> other.runId().equals(run.runId()))) {
          throw new DataException(
              "Run %s is given twice: %s".formatted(run.runId(), directory.root()));
        }
        manifests.add(run);
      }
    }
    return manifests;
  }

  private static List<String> places(Table table, List<RunDirectory> runs) {
    return runs.stream().map(run -> run.table(table)).toList();
  }

  private Dataset<Row> all(Table table, List<RunDirectory> runs) {
    return table.read(spark, places(table, runs));
  }
}
