package io.prumerge;

import io.prumerge.launch.WrittenReport;
import io.prumerge.leaderboard.Agreement;
import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.AskedTable;
import io.prumerge.report.BesidePublished;
import io.prumerge.report.CategoryTable;
import io.prumerge.report.LeaderboardTable;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.ProtocolEffect;
import io.prumerge.report.ProtocolText;
import io.prumerge.report.PublishedText;
import io.prumerge.report.Report;
import io.prumerge.report.RunDifferenceTable;
import io.prumerge.report.SummaryTable;
import io.prumerge.report.page.PaperTable;
import io.prumerge.source.DataException;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A written report. Its tables are read from its folder. */
public final class ReportingResult {

  private final SparkSession spark;
  private final WrittenReport written;
  private final Report report;

  ReportingResult(SparkSession spark, WrittenReport written) {
    this.spark = spark;
    this.written = written;
    this.report = written.report();
  }

  /** Returns the report's folder. */
  public String output() {
    return written.folder().toString();
  }

  /** Returns the path of the report's HTML page. */
  public String page() {
    return written.page();
  }

  /** Returns warnings about the figures. */
  public List<String> warnings() {
    return report.caveats();
  }

  /** Returns one row per run, benchmark, split, method, profile, category and metric. */
  public Dataset<Row> metrics() {
    return read(Metric.TABLE);
  }

  /** Returns one row per run, benchmark, split and method: tokens, FLOPs and times. */
  public Dataset<Row> efficiency() {
    return read(Table.EFFICIENCY);
  }

  /** Returns one row per run and method. */
  public Dataset<Row> summary() {
    return read(MethodSummary.TABLE);
  }

  /** Returns one row per compared pair of methods and headline. */
  public Dataset<Row> contrasts() {
    return read(ContrastResult.TABLE);
  }

  /** Returns one row per run, nominal budget and line of the leaderboard. */
  public Dataset<Row> leaderboard() {
    return read(Standing.TABLE);
  }

  /** Returns one row per benchmark and pair of methods with the same nominal budget. */
  public Dataset<Row> agreement() {
    return read(Agreement.TABLE);
  }

  /** Returns one row per benchmark and nominal budget: the best method for each question. */
  public Dataset<Row> oracle() {
    return read(Oracle.TABLE);
  }

  /**
   * Returns one row per published figure and figure that it fits.
   *
   * @throws DataException if none fits
   */
  public Dataset<Row> published() {
    return read(BesidePublished.TABLE);
  }

  /**
   * Returns one row per benchmark and effect of frames, their number and methods.
   *
   * @throws DataException if no run is about videos
   */
  public Dataset<Row> protocols() {
    return read(ProtocolEffect.TABLE);
  }

  /** Returns one row per run: its settings, versions, hosts and devices. */
  public Dataset<Row> runs() {
    return read(Table.RUNS);
  }

  /** Returns the summary as lines of cells, all of equal length, the header first. */
  public List<List<String>> cells() {
    return SummaryTable.cells(report);
  }

  /** Returns the categories that lose most; empty if none does. */
  public Optional<CategoryTable> categories() {
    return CategoryTable.of(report);
  }

  /** Returns the comparisons that were asked for; empty if none were. */
  public Optional<AskedTable> asked() {
    return AskedTable.of(report);
  }

  /** Returns the differences between runs: a table for each pair, none of one run. */
  public List<RunDifferenceTable> differences() {
    return RunDifferenceTable.of(report);
  }

  /** Returns what frames, their number and methods move; empty without videos. */
  public Optional<ProtocolText> frames() {
    return ProtocolText.of(report);
  }

  /** Returns the tables of the leaderboard: one for each run and nominal budget. */
  public List<LeaderboardTable> leaderboards() {
    return LeaderboardTable.of(report);
  }

  /** Returns the figures beside published ones; empty if none fits. */
  public Optional<PublishedText> besidePublished() {
    return PublishedText.of(report);
  }

  /** Returns the table of a paper: all methods of all budgets under each other. */
  public PaperTable paper() {
    return PaperTable.of(report);
  }

  /** Returns the summary as one JSON document. */
  public String json() {
    return written.json();
  }

  private Dataset<Row> read(Table<?> table) {
    return written.read(spark, table);
  }
}
