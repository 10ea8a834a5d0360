package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.lease.DriverLease;
import io.prumerge.metric.Inference;
import io.prumerge.plan.RunPlan;
import io.prumerge.report.Report;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.RunRow;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.SparkSession;

/**
 * The tables and pages of a finished run.
 *
 * @param records the record of each model's run
 */
record RunOutput(Report report, List<RunRow> records) {

  RunOutput {
    records = List.copyOf(records);
  }

  /**
   * An attempt at the tables.
   *
   * @param name name of its folder
   */
  private record Attempt(String name, RunOutput output) {}

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
    RunTables tables =
        new RunTables(
            spark,
            plan,
            manifests,
            directory,
            directory.markers(),
            inference,
            RunModels.of(manifests.runs()));
    requireAll(tables.answers(), plan.answers(), directory);
    AtomicReference<Attempt> made = new AtomicReference<>();
    CompleteTables complete =
        directory
            .tables(tables.source(), lease)
            .commit(
                attempt -> {
                  RunTables.Written written = tables.write(attempt);
                  made.set(new Attempt(attempt.getName(), written.output()));
                  return written.counts();
                });
    RunOutput output =
        made.get() != null && made.get().name().equals(complete.attempt())
            ? made.get().output()
            : tables.output(directory.root()); // an earlier driver has written the tables
    output.records().forEach(record -> milestone(record, directory).since(start).log());
    return output;
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

  private static Milestone milestone(RunRow record, RunDirectory directory) {
    return Milestone.of("report")
        .with("run_id", record.runId())
        .with("output", RunDirectory.report(directory.root()))
        .with("rows", record.nRows())
        .with("errors", record.nErrors());
  }
}
