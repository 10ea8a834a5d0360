package io.prumerge;

import io.prumerge.console.Console;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.metric.Inference;
import io.prumerge.plan.AskedExamples;
import io.prumerge.published.PublishedFile;
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
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes one report of finished runs. Requires runs and an output. */
public final class Reporting {

  private final Supplier<SparkSession> spark;
  private final ReportingSettings settings;
  private Optional<AskedExamples> rows = Optional.empty();
  private List<String> contrasts = List.of();
  private Optional<String> tables = Optional.empty();
  private Console console = Console.SILENT;

  private Reporting(Supplier<SparkSession> spark, ReportingSettings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /** Creates a report job that runs in this session. */
  public static Reporting of(SparkSession spark) {
    return of(() -> spark, new ReportingSettings());
  }

  /**
   * Creates a report job with what a command line gives. It asks for its session once all settings
   * are checked.
   */
  public static Reporting of(Supplier<SparkSession> spark, ReportingSettings settings) {
    return new Reporting(spark, settings);
  }

  /** Sets the folders of finished runs. */
  public Reporting runs(String... folders) {
    return runs(List.of(folders));
  }

  /** Sets the folders of finished runs. */
  public Reporting runs(List<String> folders) {
    settings.runs = List.copyOf(folders);
    return this;
  }

  /** Also takes unfinished runs: the report is about their committed chunks, and says so. */
  public Reporting partial() {
    settings.partial = true;
    return this;
  }

  /** Sets the folders with the images; default are the folders that the runs name. */
  public Reporting examples(String... folders) {
    return examples(List.of(folders));
  }

  /** Sets the folders with the images; default are the folders that the runs name. */
  public Reporting examples(List<String> folders) {
    settings.examples = List.copyOf(folders);
    rows = Optional.empty();
    return this;
  }

  /** Sets the images of runs whose examples came from a DataFrame. */
  public Reporting examples(Dataset<Row> rows) {
    this.rows = Optional.of(AskedExamples.of(rows));
    return this;
  }

  /** Sets the method that the others are compared with; default {@code none}. */
  public Reporting baseline(String method) {
    settings.baseline = OptionChecks.read(Setting.BASELINE, method, BaselineReader::read);
    return this;
  }

  /** Sets the number of bootstrap replicates. */
  public Reporting replicates(int number) {
    settings.replicates = number;
    return this;
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public Reporting contrasts(String... pairs) {
    return contrasts(List.of(pairs));
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public Reporting contrasts(List<String> pairs) {
    contrasts = List.copyOf(pairs);
    return this;
  }

  /** Sets a CSV, TSV or YAML file of published figures, beside which the report puts its own. */
  public Reporting published(String file) {
    settings.published = file;
    return this;
  }

  /** Sets the report's folder, which must not exist yet. */
  public Reporting output(String folder) {
    settings.output = folder;
    return this;
  }

  /** Also writes every table as LaTeX to this folder, which must not exist yet. */
  public Reporting latex(String folder) {
    settings.latex = folder;
    return this;
  }

  /** Also writes every table as CSV to this folder, which must not exist yet. */
  public Reporting csv(String folder) {
    settings.csv = folder;
    return this;
  }

  /**
   * Also appends the runs to the tables of a catalog, except runs that the tables already hold.
   *
   * @param schema schema with its catalog, such as {@code lake.runs}
   */
  public Reporting tables(String schema) {
    tables = Optional.of(schema);
    return this;
  }

  /** Prints progress to the standard error stream. */
  public Reporting verbose() {
    return console(Console.standardError());
  }

  /** Prints progress to this console. */
  public Reporting console(Console shown) {
    console = shown;
    return this;
  }

  /** Writes the report's tables and pages. */
  public ReportingResult run() throws IOException {
    Inference inference = inference();
    List<String> runs = OptionChecks.requireSome(Setting.RUNS, settings.runs);
    OptionChecks.required(Setting.OUTPUT, settings.output);
    AskedExamples examples = rows.orElseGet(() -> AskedExamples.in(settings.examples));
    Folders folders = Folders.beforeSpark(console);
    Path target = folders.absent(Setting.OUTPUT, settings.output);
    requireApart(target, folders);
    ReportExports exports =
        new ReportExports(
            beside(target, folders, Setting.LATEX, settings.latex),
            beside(target, folders, Setting.CSV, settings.csv));
    examples.requirePresent(folders);
    Optional<PublishedFile> published =
        PublishedFile.of(Optional.ofNullable(settings.published), folders);
    AskedReport asked =
        new AskedReport(
            runs, settings.partial, examples, inference, contrasts, published, List.of());
    RunReports.check(asked, folders);
    tables.ifPresent(CatalogTables::catalog);
    if (settings.partial && tables.isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s appends finished runs only, each once; leave out %s",
              Setting.TABLES, Setting.PARTIAL));
    }
    try (UnfinishedFolder place =
        UnfinishedFolder.beside(target, "reporting", folders.fileSystem(target))) {
      place.take(LeaseHolder.here("report"), LeasedWork.FOLDER);
      folders.absent(Setting.OUTPUT, settings.output); // the other driver may have ended meanwhile
      return write(asked, target, exports);
    }
  }

  private ReportingResult write(AskedReport asked, Path target, ReportExports exports)
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
    return new ReportingResult(session, report, target);
  }

  private void requireApart(Path target, Folders folders) {
    List<Path> given = new ArrayList<>(List.of(target));
    Stream.ofNullable(settings.latex)
        .map(folder -> folders.qualified(Setting.LATEX, folder))
        .forEach(given::add);
    Stream.ofNullable(settings.csv)
        .map(folder -> folders.qualified(Setting.CSV, folder))
        .forEach(given::add);
    if (Set.copyOf(given).size() < given.size()) {
      throw new UsageException(
          Wording.of(
              "%s, %s and %s must be different folders",
              Setting.OUTPUT, Setting.LATEX, Setting.CSV));
    }
  }

  /** Returns a folder that must not exist yet, unless a killed report of this output left it. */
  private static Optional<FolderBeside> beside(
      Path target, Folders folders, Setting setting, String folder) throws IOException {
    if (folder == null) {
      return Optional.empty();
    }
    FolderBeside beside = new FolderBeside(target, folders.qualified(setting, folder), folders);
    if (!beside.isLeft()) {
      folders.absent(setting, folder);
    }
    return Optional.of(beside);
  }

  private Inference inference() {
    try {
      String baseline =
          settings.baseline == null ? Inference.BASELINE : settings.baseline.toString();
      return Inference.against(baseline, settings.replicates);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Wording.of("%s: %s", Setting.REPLICATES, e.getMessage()), e);
    }
  }
}
