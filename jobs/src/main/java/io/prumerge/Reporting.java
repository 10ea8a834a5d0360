package io.prumerge;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.launch.FromCode;
import io.prumerge.launch.ReportingJob;
import io.prumerge.launch.ReportingSettings;
import io.prumerge.launch.WrittenReport;
import io.prumerge.plan.AskedExamples;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Writes one report of finished runs.
 *
 * <p>Required are {@link #runs(String...)} and {@link #output}; {@link #run} names all that are
 * missing. All other settings are optional, with the defaults of the command {@code report}.
 */
public final class Reporting {

  private final Supplier<SparkSession> spark;
  private final ReportingSettings settings = new ReportingSettings();
  private final ReportingJob job;

  private Reporting(Supplier<SparkSession> spark) {
    this.spark = spark;
    this.job = new ReportingJob(spark, settings);
  }

  /** Creates a report job that runs in this session. */
  public static Reporting of(SparkSession spark) {
    return of(() -> spark);
  }

  /** Creates a report job that asks for its session once all settings are checked. */
  static Reporting of(Supplier<SparkSession> spark) {
    return new Reporting(spark);
  }

  /** Required: sets the folders of finished runs. */
  public Reporting runs(String... folders) {
    return runs(List.of(folders));
  }

  /** Required: sets the folders of finished runs. */
  public Reporting runs(List<String> folders) {
    settings.runs.set(List.copyOf(folders));
    return this;
  }

  /** Also takes unfinished runs: the report is about their committed chunks, and says so. */
  public Reporting partial() {
    settings.partial.set(true);
    return this;
  }

  /** Sets the folders with the images; default are the folders that the runs name. */
  public Reporting examples(String... folders) {
    return examples(List.of(folders));
  }

  /** Sets the folders with the images; default are the folders that the runs name. */
  public Reporting examples(List<String> folders) {
    job.examples(AskedExamples.in(folders));
    return this;
  }

  /** Sets the images of runs whose examples came from a DataFrame. */
  public Reporting examples(Dataset<Row> rows) {
    job.examples(AskedExamples.of(rows));
    return this;
  }

  /** Sets the method, or label of answers, that the others are compared with; else {@code none}. */
  public Reporting baseline(String method) {
    settings.baseline.set(method);
    return this;
  }

  /** Sets the number of bootstrap replicates. */
  public Reporting replicates(int number) {
    settings.replicates.set(number);
    return this;
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public Reporting contrasts(String... pairs) {
    return contrasts(List.of(pairs));
  }

  /** Adds comparisons to those of every report, such as {@code prumerge:prumerge+}. */
  public Reporting contrasts(List<String> pairs) {
    job.contrasts(pairs);
    return this;
  }

  /** Sets a CSV, TSV or YAML file of published figures, beside which the report puts its own. */
  public Reporting published(String file) {
    settings.published.set(file);
    return this;
  }

  /** Required: sets the report's folder, which must not exist yet. */
  public Reporting output(String folder) {
    settings.output.set(folder);
    return this;
  }

  /** Also writes every table as LaTeX to this folder, which must not exist yet. */
  public Reporting latex(String folder) {
    settings.latex.set(folder);
    return this;
  }

  /** Also writes every table as CSV to this folder, which must not exist yet. */
  public Reporting csv(String folder) {
    settings.csv.set(folder);
    return this;
  }

  /**
   * Also appends the runs to the tables of a catalog, except runs that the tables already hold.
   *
   * @param schema schema with its catalog, such as {@code lake.runs}
   */
  public Reporting tables(String schema) {
    job.tables(schema);
    return this;
  }

  /** Prints progress to the standard error stream. */
  public Reporting verbose() {
    job.console(Console.standardError());
    return this;
  }

  /**
   * Writes the report's tables and pages.
   *
   * @throws UsageException if a setting is missing or refused, before the first task
   * @throws Failure if another driver writes into the same folder
   * @throws DataException if a run's table is not what it should be
   */
  public ReportingResult run() throws IOException {
    WrittenReport written = FromCode.run(job::run);
    return new ReportingResult(spark.get(), written);
  }
}
