package io.prumerge.jobs;

import io.prumerge.Reporting;
import io.prumerge.ReportingResult;
import io.prumerge.ReportingSettings;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.metric.Metric;
import io.prumerge.mlflow.MlflowLog;
import io.prumerge.report.LeaderboardTable;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.RunDifferenceTable;
import io.prumerge.store.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code report}: writes the tables and pages of one report of finished runs. */
@Command(name = "report", description = "Writes one report of finished runs.")
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ReportingSettings settings;

  @Mixin private ContrastFlags contrasts;

  @Mixin private TableFlags tables;

  @Mixin private MlflowFlags mlflow;

  @Option(
      names = "--json",
      description = "Print the summary as one JSON document instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "report of " + Sessions.names(settings.runs))) {
      Reporting reporting =
          Reporting.of(sessions::session, settings).contrasts(contrasts.asked()).console(console);
      tables.asked().ifPresent(reporting::tables);
      mlflow.check();
      ReportingResult report = reporting.run();
      report.warnings().forEach(warning -> console.warn("%s", warning));
      if (json) {
        console.out().println(report.json());
      } else {
        console.table(report.cells());
        report.asked().ifPresent(table -> console.table(table.title(), table.cells(), 1));
        report.frames().ifPresent(table -> table.print(console));
        for (RunDifferenceTable table : report.differences()) {
          console.table(table.title(), table.cells(), 1);
        }
        report.categories().ifPresent(table -> console.table(table.title(), table.cells(), 3));
        for (LeaderboardTable table : report.leaderboards()) {
          console.table(table.title(), table.cells(), 1);
        }
        report.besidePublished().ifPresent(table -> table.print(console));
        report.paper().print(console);
        console.out().println("Parquet: " + report.output());
        console.out().println("Report: " + report.page());
      }
      mlflow.log(
          console,
          sessions.session(),
          () ->
              MlflowLog.of(
                  Sessions.name(report.output()),
                  Table.RUNS.records(report.runs()),
                  MethodSummary.TABLE.records(report.summary()),
                  Metric.TABLE.records(report.metrics())),
          report.page());
    }
    return ExitCode.DONE;
  }
}
