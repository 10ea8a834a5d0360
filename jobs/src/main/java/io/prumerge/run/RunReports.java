package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Inference.Contrast;
import io.prumerge.metric.MethodKey;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.PinnedModel;
import io.prumerge.report.AskedContrasts;
import io.prumerge.report.Claims;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Report;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.ReportPages;
import io.prumerge.run.RunDirectory.RunState;
import io.prumerge.source.DataException;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes one report of several finished runs. */
public final class RunReports {

  private final SparkSession spark;
  private final Folders folders;

  /** Makes reports in a session. */
  public RunReports(SparkSession spark) {
    this.spark = spark;
    this.folders = new Folders(spark);
  }

  /**
   * Writes the report's tables and pages.
   *
   * @param runs folders of finished runs
   * @param examples folders with the images; without one, the folders that the runs name
   * @param target folder that does not exist yet
   * @param inference statistics, with a baseline in the runs' spelling
   * @param contrasts comparisons beside those of every report, as {@code A:B}
   * @param latex a new folder for the tables as LaTeX, if they are wanted
   */
  public Report write(
      List<String> runs,
      AskedExamples examples,
      Path target,
      Inference inference,
      List<String> contrasts,
      Optional<Path> latex)
      throws IOException {
    long start = System.nanoTime();
    List<String> pictures = new ArrayList<>();
    for (String folder : examples.folders()) {
      pictures.add(folders.present(Setting.EXAMPLES, folder).toString());
    }
    List<RunDirectory> directories = directories(runs);
    List<Manifest> manifests = distinct(directories);
    RunModels models = RunModels.of(manifests);
    String baseline = inference.baseline();
    Report report =
        Report.of(
                all(Table.PREDICTIONS, directories),
                all(Table.SCORES, directories),
                inference.comparing(RunContrasts.of(manifests, contrasts, baseline)))
            .estimated(models.shapes());
    if (report.summary().stream().noneMatch(summary -> summary.method().equals(baseline))) {
      throw new UsageException(
          Wording.of(
              "No run has the %s %s; methods: %s",
              Setting.BASELINE,
              baseline,
              report.summary().stream().map(MethodSummary::method).toList()));
    }
    Function<Table, String> place = table -> new Path(target, table.folder()).toString();
    Map<Table, List<Row>> tables = report.write(spark, place);
    List<Row> records = all(Table.RUNS, directories).collectAsList();
    tables.put(Table.RUNS, Table.RUNS.write(spark, records, place.apply(Table.RUNS)));
    ReportPages.write(
        spark,
        new PageSources(
            target.toString(),
            tables,
            places(Table.PREDICTIONS, directories),
            places(Table.SCORES, directories),
            pictures,
            examples.rows(),
            latex,
            models.shapes(),
            models.tilings()));
    Milestone.of("report")
        .with("run_id", String.join(",", manifests.stream().map(Manifest::runId).toList()))
        .with("output", target)
        .since(start)
        .log();
    return report;
  }

  /**
   * Appends the runs to the tables of a catalog: their answers, scores and the report's rows per
   * run.
   *
   * @param target the report's folder
   */
  public void append(List<String> runs, Path target, CatalogTables catalog) throws IOException {
    List<RunDirectory> directories = directories(runs);
    List<String> ids = distinct(directories).stream().map(Manifest::runId).toList();
    List<DriverLease> leases = new ArrayList<>();
    try (RunJobs jobs = new RunJobs(spark.sparkContext())) {
      for (RunDirectory directory : directories) {
        leases.add(
            DriverLease.take(
                directory.leases(),
                LeaseHolder.here(spark.sparkContext().applicationId()),
                DriverLease.Work.APPEND,
                DriverLease.Claim.WITHDRAW,
                jobs::cancel));
      }
      catalog.append(ids, table -> rows(table, directories, target), () -> check(leases));
    } finally {
      for (DriverLease lease : leases) {
        lease.close();
      }
    }
  }

  private Dataset<Row> rows(Table table, List<RunDirectory> directories, Path target) {
    return table == Table.PREDICTIONS || table == Table.SCORES
        ? all(table, directories)
        : table.read(spark, List.of(new Path(target, table.folder()).toString()));
  }

  private static void check(List<DriverLease> leases) throws IOException {
    for (DriverLease lease : leases) {
      lease.check();
    }
  }

  private List<RunDirectory> directories(List<String> runs) throws IOException {
    List<RunDirectory> directories = new ArrayList<>();
    for (String run : runs) {
      Path root = folders.present(Setting.RUNS, run);
      RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
      if (directory.state() != RunState.FINISHED) {
        throw new UsageException(Wording.of("%s %s is not a finished run", Setting.RUNS, run));
      }
      directory.requireWhole();
      directories.add(directory);
    }
    return directories;
  }

  private static List<Manifest> distinct(List<RunDirectory> directories) throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    for (RunDirectory directory : directories) {
      for (Manifest run : directory.manifests().runs()) {
        if (manifests.stream().anyMatch(other -> other.runId().equals(run.runId()))) {
          throw new DataException(
              String.format(
                  Locale.ROOT, "Run %s is given twice: %s", run.runId(), directory.root()));
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

  /** The comparisons of a report over some runs. */
  static final class RunContrasts {

    private RunContrasts() {}

    /**
     * Returns the requested comparisons, then those that every report makes.
     *
     * @param asked values of {@code --contrast}
     * @param baseline method that the others are compared with
     */
    static List<Contrast> of(List<Manifest> runs, List<String> asked, String baseline) {
      List<MethodKey> methods =
          runs.stream()
              .flatMap(
                  run ->
                      run.configuration().methods().stream()
                          .map(
                              method ->
                                  new MethodKey(
                                      run.runId(),
                                      PinnedModel.name(run.configuration().model()),
                                      method)))
              .toList();
      try {
        return Claims.added(new AskedContrasts(methods).of(asked), methods, baseline);
      } catch (IllegalArgumentException e) {
        throw new UsageException(Wording.of("%s %s", Setting.CONTRAST, e.getMessage()));
      }
    }
  }
}
