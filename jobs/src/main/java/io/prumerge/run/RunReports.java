package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.metric.Inference;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.report.AnswerChange;
import io.prumerge.report.AnswerChanges;
import io.prumerge.report.Report;
import io.prumerge.report.Rescored;
import io.prumerge.report.page.ModelShapes;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.PictureSources;
import io.prumerge.report.page.ReportPages;
import io.prumerge.service.Unknown;
import io.prumerge.source.DataException;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.CsvFiles;
import io.prumerge.store.FewAnswers;
import io.prumerge.store.FolderBeside;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import io.prumerge.store.TableRows;
import io.prumerge.store.WholeFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes one report of several runs. */
public final class RunReports {

  /** Folder in a report's own for what is deleted at its end. */
  private static final String SCRATCH = "_made";

  private final SparkSession spark;
  private final Folders folders;

  /** Makes reports in a session. */
  public RunReports(SparkSession spark) {
    this.spark = spark;
    this.folders = new Folders(spark);
  }

  /**
   * Makes the checks that need no session: of the runs, the baseline and the contrasts.
   *
   * @throws UsageException if one cannot be
   */
  public static void check(AskedReport asked, Folders folders) throws IOException {
    ReportedRuns runs = asked.open(folders);
    String baseline = asked.inference().baseline();
    List<String> methods =
        RunContrasts.methods(runs.manifests()).stream().map(MethodKey::method).distinct().toList();
    if (!methods.contains(baseline)) {
      String near = Unknown.suggestion(baseline, methods);
      throw new UsageException(
          Wording.of(
              "No run has the %s %s; methods: %s%s",
              Setting.BASELINE, baseline, methods, near.isEmpty() ? "; name one of them" : near));
    }
    runs.inference(asked.inference(), asked.contrasts());
  }

  /**
   * Writes the report's tables and pages of what {@link #check} has checked.
   *
   * @param target folder that does not exist yet
   * @param exports folders for the tables in other forms
   */
  public Report write(AskedReport asked, Path target, ReportExports exports) throws IOException {
    long start = System.nanoTime();
    List<String> pictures = new ArrayList<>();
    for (String folder : asked.examples().folders()) {
      pictures.add(folders.present(Setting.EXAMPLES, folder).toString());
    }
    ReportedRuns runs = asked.open(folders);
    AtomicReference<Report> made = new AtomicReference<>();
    WholeFolder.write(
        folders.fileSystem(target),
        target,
        partial -> made.set(write(asked, runs, pictures, partial, exports)));
    for (FolderBeside export : exports.all()) {
      export.finish();
    }
    Milestone.of("report")
        .with("run_id", String.join(",", runs.manifests().stream().map(Manifest::runId).toList()))
        .with("output", target)
        .since(start)
        .log();
    return made.get();
  }

  private Report write(
      AskedReport asked,
      ReportedRuns runs,
      List<String> pictures,
      Path folder,
      ReportExports exports)
      throws IOException {
    List<Manifest> manifests = runs.manifests();
    RunModels models = RunModels.of(manifests);
    Inference inference = runs.inference(asked.inference(), asked.contrasts());
    Path scratch = new Path(folder, SCRATCH);
    List<String> scores = runs.scores(() -> spark, asked.examples(), folders, scratch);
    long answers = runs.answers();
    Dataset<Row> predictions =
        FewAnswers.together(
            pictured(
                asked,
                pictures,
                NamedImages.known(Table.PREDICTIONS.read(spark, runs.predictions()), manifests),
                manifests),
            answers);
    Dataset<Row> scored =
        FewAnswers.together(
            NamedImages.known(Table.SCORES.read(spark, scores), manifests), answers);
    Report report =
        Report.of(predictions, scored, inference)
            .repeated(runs.noise(spark))
            .noting(runs.unfinished())
            .estimated(models.shapes())
            .ofFiles(Manifest.ofFiles(manifests))
            .asked(Manifest.templates(manifests))
            .noting(AskingDifferences.of(predictions, manifests, inference));
    List<AnswerChange> changes = changes(predictions, scored, manifests, report, inference);
    Report noted = models.noted(report.noting(AnswerChanges.notes(changes)));
    Report beside =
        asked
            .published()
            .map(file -> noted.beside(file, Manifest.askings(manifests, models)))
            .orElse(noted);
    write(
        folder,
        PageSources.builder(folder.toString(), beside)
            .runs(runs.records(spark, report))
            .progress(runs.progress())
            .predictions(predictions)
            .scores(scored)
            .examples(new PictureSources(pictures, asked.examples().rows()))
            .models(new ModelShapes(models.shapes(), models.tilings()))
            .also(asked.also())
            .more(
                changes.isEmpty()
                    ? List.of()
                    : List.of(new TableRows<>(AnswerChange.TABLE, changes)))
            .build(),
        exports);
    writeRescored(runs.rescored(), folder);
    folders.fileSystem(scratch).delete(scratch, true);
    return beside;
  }

  /** Writes which scores of logs were not ours, if there are some. */
  private void writeRescored(List<String> rescored, Path folder) {
    if (!rescored.isEmpty()) {
      Rescored.TABLE.write(
          Rescored.TABLE.read(spark, rescored),
          new Path(folder, Rescored.TABLE.folder()).toString());
    }
  }

  /** Compares answers of other tools' files with those of other runs, question by question. */
  private static List<AnswerChange> changes(
      Dataset<Row> predictions,
      Dataset<Row> scores,
      List<Manifest> manifests,
      Report report,
      Inference inference) {
    Set<String> files =
        manifests.stream()
            .filter(run -> !run.answers().isEmpty())
            .map(Manifest::runId)
            .collect(Collectors.toSet());
    return AnswerChanges.of(
        predictions,
        scores,
        inference.contrasts().stream()
            .filter(one -> !one.a().runId().equals(one.b().runId()))
            .filter(one -> one.a().method().equals(one.b().method()))
            .filter(one -> files.contains(one.a().runId()) || files.contains(one.b().runId()))
            .toList(),
        report.names(),
        inference.benchmarks().ownProfiles());
  }

  /** Returns predictions whose pictures are in the tables that are given, if any are. */
  private Dataset<Row> pictured(
      AskedReport asked, List<String> pictures, Dataset<Row> predictions, List<Manifest> runs) {
    if (asked.examples().rows().isPresent()) {
      return NamedImages.in(asked.examples().rows().get(), predictions, runs);
    }
    if (pictures.isEmpty()) {
      return predictions;
    }
    try {
      return NamedImages.in(Table.EXAMPLES.read(spark, pictures), predictions, runs);
    } catch (DataException e) {
      return predictions; // the page says which pictures are missing
    }
  }

  private void write(Path folder, PageSources sources, ReportExports exports) throws IOException {
    Function<Table<?>, String> place = table -> new Path(folder, table.folder()).toString();
    if (exports.csv().isPresent()) {
      exports
          .csv()
          .get()
          .write(partial -> CsvFiles.write(folders.fileSystem(partial), partial, sources.tables()));
    }
    if (exports.latex().isEmpty()) {
      write(spark, place, sources);
    } else {
      exports.latex().get().write(partial -> write(spark, place, sources.withLatex(partial)));
    }
  }

  /**
   * Writes a report's tables, and meanwhile its pages, for which Spark looks for examples.
   *
   * @param place the path of a table; must not exist
   */
  static void write(SparkSession spark, Function<Table<?>, String> place, PageSources sources)
      throws IOException {
    new InFlight(spark.sparkContext())
        .run(
            List.of(
                () -> ReportPages.write(spark, sources),
                () ->
                    sources
                        .tables()
                        .forEach(rows -> rows.write(spark, place.apply(rows.table())))));
  }

  /**
   * Appends the runs to the tables of a catalog: their answers, scores and the report's rows per
   * run.
   *
   * @param target the report's folder
   */
  public void append(List<String> runs, Path target, CatalogTables catalog) throws IOException {
    ReportedRuns finished = ReportedRuns.of(Setting.RUNS, runs, folders, false);
    List<RunDirectory> directories = finished.directories();
    List<String> ids = finished.manifests().stream().map(Manifest::runId).toList();
    List<DriverLease> leases = new ArrayList<>();
    try (RunJobs jobs = new RunJobs(spark.sparkContext())) {
      for (RunDirectory directory : directories) {
        leases.add(
            DriverLease.take(
                directory.leases(),
                LeaseHolder.here(spark.sparkContext().applicationId()),
                LeasedWork.APPEND,
                LeaseClaim.WITHDRAW,
                jobs::cancel));
      }
      catalog.append(ids, table -> rows(table, directories, target), () -> check(leases));
    } finally {
      for (DriverLease lease : leases) {
        lease.close();
      }
    }
  }

  private Dataset<Row> rows(Table<?> table, List<RunDirectory> directories, Path target) {
    return table == Table.PREDICTIONS || table == Table.SCORES
        ? all(table, directories)
        : table.read(spark, List.of(new Path(target, table.folder()).toString()));
  }

  private static void check(List<DriverLease> leases) throws IOException {
    for (DriverLease lease : leases) {
      lease.check();
    }
  }

  private static List<String> places(Table<?> table, List<RunDirectory> runs) {
    return runs.stream().map(run -> run.table(table)).toList();
  }

  private Dataset<Row> all(Table<?> table, List<RunDirectory> runs) {
    return table.read(spark, places(table, runs));
  }
}
