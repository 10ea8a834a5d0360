package io.prumerge;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.metric.Inference;
import io.prumerge.plan.AskedExamples;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.Report;
import io.prumerge.run.RunReports;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Makes one report of finished runs. Runs and an output are needed. */
public final class Reporting {

  private final Supplier<SparkSession> spark;
  private List<String> runs = List.of();
  private AskedExamples examples = AskedExamples.in(List.of());
  private String baseline = Inference.BASELINE;
  private int replicates = Inference.DEFAULT_REPLICATES;
  private List<String> contrasts = List.of();
  private String output;
  private Optional<String> tables = Optional.empty();

  private Reporting(Supplier<SparkSession> spark) {
    this.spark = spark;
  }

  /** Runs in a session that is there. */
  public static Reporting of(SparkSession spark) {
    return new Reporting(() -> spark);
  }

  /** Runs in a session that is asked for once all settings are checked. */
  public static Reporting of(Supplier<SparkSession> spark) {
    return new Reporting(spark);
  }

  /** Folders of finished runs. */
  public Reporting runs(String... folders) {
    return runs(List.of(folders));
  }

  /** Folders of finished runs. */
  public Reporting runs(List<String> folders) {
    runs = List.copyOf(folders);
    return this;
  }

  /** Folders with the pictures; else those that the runs name. */
  public Reporting examples(String... folders) {
    return examples(List.of(folders));
  }

  /** Folders with the pictures; else those that the runs name. */
  public Reporting examples(List<String> folders) {
    examples = AskedExamples.in(folders);
    return this;
  }

  /** The pictures of runs over rows of any origin. */
  public Reporting examples(Dataset<Row> rows) {
    examples = AskedExamples.of(rows);
    return this;
  }

  /** The method that the others are compared with; else {@code none}. */
  public Reporting baseline(String method) {
    baseline = OptionChecks.read(Setting.BASELINE, method, MethodSpec::parse).toString();
    return this;
  }

  /** Replicates of the bootstrap. */
  public Reporting replicates(int number) {
    replicates = number;
    return this;
  }

  /** Comparisons beside those that every report makes, like {@code prumerge:prumerge+}. */
  public Reporting contrasts(String... pairs) {
    return contrasts(List.of(pairs));
  }

  /** Comparisons beside those that every report makes, like {@code prumerge:prumerge+}. */
  public Reporting contrasts(List<String> pairs) {
    contrasts = List.copyOf(pairs);
    return this;
  }

  /** A new folder for the report. */
  public Reporting output(String folder) {
    output = folder;
    return this;
  }

  /**
   * Appends runs that are not there yet to the tables of a catalog too.
   *
   * @param schema with its catalog in front, like {@code lake.runs}
   */
  public Reporting tables(String schema) {
    tables = Optional.of(schema);
    return this;
  }

  /** Writes the report's tables and pages. */
  public ReportingResult run() throws IOException {
    Inference inference = inference();
    OptionChecks.requireSome(Setting.RUNS, runs);
    OptionChecks.required(Setting.OUTPUT, output);
    SparkSession session = spark.get();
    Optional<CatalogTables> catalog = tables.map(schema -> CatalogTables.of(session, schema));
    Path target = new Folders(session).absent(Setting.OUTPUT, output);
    RunReports reports = new RunReports(session);
    Report report = reports.write(runs, examples, target, inference, contrasts);
    if (catalog.isPresent()) {
      reports.append(runs, target, catalog.get());
    }
    return new ReportingResult(session, report, target);
  }

  private Inference inference() {
    try {
      return new Inference(baseline, replicates, List.of());
    } catch (IllegalArgumentException e) {
      throw new UsageException(Wording.of("%s: %s", Setting.REPLICATES, e.getMessage()), e);
    }
  }
}
