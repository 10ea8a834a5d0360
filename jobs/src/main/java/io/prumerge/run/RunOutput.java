package io.prumerge.run;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Failure;
import io.prumerge.lease.DriverLease;
import io.prumerge.metric.Inference;
import io.prumerge.plan.RunPlan;
import io.prumerge.report.Report;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.ReportPages;
import io.prumerge.score.Scores;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The tables and pages of a finished run.
 *
 * @param records the record of each model's run
 */
record RunOutput(Report report, List<RunRecord> records) {

  private static final int ROWS_PER_FILE = 200_000;

  RunOutput {
    records = List.copyOf(records);
  }

  /**
   * Makes the tables and pages from the committed chunks, then marks the run as complete.
   *
   * @throws Failure if the chunks do not hold the planned answers, or another driver has taken the
   *     run over
   */
  static RunOutput write(
      SparkSession spark,
      RunPlan plan,
      Manifests manifests,
      RunDirectory directory,
      DriverLease lease,
      Inference inference)
      throws IOException {
    long start = System.nanoTime();
    lease.check();
    directory.clearTables();
    Dataset<Row> predictions = predictions(spark, directory, plan.answers());
    Table.SCORES.write(
        Scores.of(predictions, plan.plan().references()), directory.table(Table.SCORES));
    Dataset<Row> scores = Table.SCORES.written(spark, List.of(directory.table(Table.SCORES)));
    RunModels models = RunModels.of(manifests.runs());
    Report report = Report.of(predictions, scores, inference).estimated(models.shapes());
    Map<Table, List<Row>> tables = report.write(spark, directory::table);
    List<RunRecord> records =
        manifests.runs().stream()
            .map(run -> RunRecord.of(run, predictions.where(col("run_id").equalTo(run.runId()))))
            .toList();
    List<Row> runs = records.stream().map(RunRecord::row).toList();
    tables.put(Table.RUNS, Table.RUNS.write(spark, runs, directory.table(Table.RUNS)));
    ReportPages.write(
        spark,
        new PageSources(
            directory.report().toString(),
            tables,
            List.of(directory.table(Table.PREDICTIONS)),
            List.of(directory.table(Table.SCORES)),
            List.of(),
            plan.rows(),
            Optional.empty(),
            models.shapes(),
            models.tilings()));
    lease.check();
    directory.complete();
    records.forEach(record -> milestone(record, directory).since(start).log());
    return new RunOutput(report, records);
  }

  /** Writes the predictions of all chunks as one table, and reads it back. */
  private static Dataset<Row> predictions(SparkSession spark, RunDirectory directory, long planned)
      throws IOException {
    Dataset<Row> chunks =
        Table.PREDICTIONS.written(
            spark, directory.committed().values().stream().map(Path::toString).toList());
    requireAll(chunks.count(), planned, directory);
    Table.PREDICTIONS.write(chunks, directory.table(Table.PREDICTIONS), ROWS_PER_FILE);
    return Table.PREDICTIONS.written(spark, List.of(directory.table(Table.PREDICTIONS)));
  }

  /** Examples from a DataFrame may give other rows each time they are read. */
  private static void requireAll(long answers, long planned, RunDirectory directory) {
    if (answers != planned) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot finish %s: it holds %,d answers instead of the planned %,d, because its examples changed between two reads; start in a new folder with examples that stay the same",
              directory.root(),
              answers,
              planned));
    }
  }

  private static Milestone milestone(RunRecord record, RunDirectory directory) {
    return Milestone.of("report")
        .with("run_id", record.manifest().runId())
        .with("output", directory.report())
        .with("rows", record.rows())
        .with("errors", record.errors());
  }
}
