package io.prumerge.launch;

import io.prumerge.console.Console;
import io.prumerge.console.GivenOption;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.metric.Inference;
import io.prumerge.plan.AskedExamples;
import io.prumerge.published.PublishedFile;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.Report;
import io.prumerge.run.AskedReport;
import io.prumerge.run.ReportExports;
import io.prumerge.run.RunReports;
import io.prumerge.spark.UsableSession;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.FolderBeside;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The writing of one report of finished runs, from what a command line or {@link
 * io.prumerge.Reporting} gives to the report's folder.
 */
public final class ReportingJob {

  private final Supplier<SparkSession> spark;
  private final ReportingSettings settings;
  private Optional<AskedExamples> rows = Optional.empty();
  private List<String> contrasts = List.of();
  private Optional<String> tables = Optional.empty();
  private Console console = Console.SILENT;

  /**
   * @param spark is asked for its session once all settings are checked
   * @param settings of the report; read when it starts
   */
  public ReportingJob(Supplier<SparkSession> spark, ReportingSettings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /** Sets the images in place of the folders that the settings name. */
  public ReportingJob examples(AskedExamples asked) {
    rows = Optional.of(asked);
    return this;
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public ReportingJob contrasts(List<String> pairs) {
    contrasts = List.copyOf(pairs);
    return this;
  }

  /** Also appends the runs to the tables of this schema, except runs that are there already. */
  public ReportingJob tables(String schema) {
    tables = Optional.of(schema);
    return this;
  }

  /** Sets where progress goes; default nowhere. */
  public ReportingJob console(Console shown) {
    console = shown;
    return this;
  }

  /**
   * Writes the report's tables and pages.
   *
   * @throws UsageException if a setting is refused before the first task
   */
  public WrittenReport run() throws IOException {
    Inference inference = inference();
    new RequiredSettings()
        .require(!settings.runs.get().isEmpty(), Setting.RUNS)
        .require(settings.output.isGiven(), Setting.OUTPUT)
        .check();
    AskedExamples examples = rows.orElseGet(() -> AskedExamples.in(settings.examples.get()));
    Folders folders = Folders.beforeSpark(console);
    Path target = folders.absent(Setting.OUTPUT, settings.output.get());
    requireApart(target, folders);
    ReportExports exports =
        new ReportExports(
            beside(target, folders, Setting.LATEX, settings.latex),
            beside(target, folders, Setting.CSV, settings.csv));
    examples.requirePresent(folders);
    Optional<PublishedFile> published = PublishedFile.of(settings.published.find(), folders);
    AskedReport asked =
        new AskedReport(
            settings.runs.get(),
            settings.partial.get(),
            examples,
            inference,
            contrasts,
            published,
            List.of());
    RunReports.check(asked, folders);
    tables.ifPresent(CatalogTables::catalog);
    if (settings.partial.get() && tables.isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s appends finished runs only, each once; leave out %s",
              Setting.TABLES, Setting.PARTIAL));
    }
    try (UnfinishedFolder place =
        UnfinishedFolder.beside(target, "reporting", folders.fileSystem(target))) {
      place.take(LeaseHolder.here("report"), LeasedWork.FOLDER);
      folders.absent(
          Setting.OUTPUT, settings.output.get()); // the other driver may have ended meanwhile
      return write(asked, target, exports);
    }
  }

  private WrittenReport write(AskedReport asked, Path target, ReportExports exports)
      throws IOException {
    SparkSession session = UsableSession.of(spark.get());
    Optional<CatalogTables> catalog =
        tables.map(schema -> CatalogTables.of(session, schema, Report.TABLES));
    Report report =
        console.during(
            "Reporting",
            session.sparkContext(),
            () -> {
              RunReports reports = new RunReports(session);
              Report written = reports.write(asked, target, exports);
              if (catalog.isPresent()) {
                reports.append(asked.runs(), target, catalog.get());
              }
              return written;
            });
    return new WrittenReport(report, target);
  }

  private void requireApart(Path target, Folders folders) {
    List<Path> given = new ArrayList<>(List.of(target));
    settings
        .latex
        .find()
        .map(folder -> folders.qualified(Setting.LATEX, folder))
        .ifPresent(given::add);
    settings.csv.find().map(folder -> folders.qualified(Setting.CSV, folder)).ifPresent(given::add);
    if (Set.copyOf(given).size() < given.size()) {
      throw new UsageException(
          Wording.of(
              "%s, %s and %s must be different folders",
              Setting.OUTPUT, Setting.LATEX, Setting.CSV));
    }
  }

  /** Returns a folder that must not exist yet, unless a killed report of this output left it. */
  private static Optional<FolderBeside> beside(
      Path target, Folders folders, Setting setting, GivenOption<String> given) throws IOException {
    if (!given.isGiven()) {
      return Optional.empty();
    }
    String folder = given.get();
    FolderBeside beside = new FolderBeside(target, folders.qualified(setting, folder), folders);
    if (!beside.isLeft()) {
      folders.absent(setting, folder);
    }
    return Optional.of(beside);
  }

  private Inference inference() {
    try {
      return Inference.against(
          settings.baseline.find().map(ReportingJob::spelt).orElse(Inference.BASELINE),
          settings.replicates.or(Inference.DEFAULT_REPLICATES));
    } catch (IllegalArgumentException e) {
      throw new UsageException(Wording.of("%s: %s", Setting.REPLICATES, e.getMessage()), e);
    }
  }

  /**
   * Returns a method as runs spell it, or what may be the label of answers or of a server; whether
   * a run has it shows when the runs are opened.
   */
  private static String spelt(String method) {
    try {
      return MethodSpec.parse(method).toString();
    } catch (IllegalArgumentException e) {
      return method;
    }
  }
}
