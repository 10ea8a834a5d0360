package io.prumerge.run;

import io.prumerge.lease.DriverLease;
import io.prumerge.report.Report;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.RunRow;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a run shows when it is finished.
 *
 * @param report absent if none is made
 * @param records the record of each model's run
 */
record RunOutput(Optional<Report> report, List<RunRow> records) {

  RunOutput {
    records = List.copyOf(records);
  }

  /**
   * An attempt at the tables.
   *
   * @param name name of its folder
   */
  private record Attempt(String name, RunOutput output) {}

  /** Writes all tables and pages: the {@link LastStep} of every run of a user. */
  static RunOutput write(RunTables tables, DriverLease lease) throws IOException {
    long start = System.nanoTime();
    RunDirectory directory = tables.directory();
    AtomicReference<Attempt> made = new AtomicReference<>();
    CompleteTables complete =
        directory
            .tables(tables.source(), lease)
            .commit(
                attempt -> {
                  WrittenRun written = tables.write(attempt);
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

  private static Milestone milestone(RunRow record, RunDirectory directory) {
    return Milestone.of("report")
        .with("run_id", record.runId())
        .with("output", RunDirectory.report(directory.root()))
        .with("rows", record.nRows())
        .with("errors", record.nErrors());
  }
}
