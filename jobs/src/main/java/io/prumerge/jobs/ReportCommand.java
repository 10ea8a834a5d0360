package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.launch.ReportingJob;
import io.prumerge.launch.ReportingSettings;
import io.prumerge.launch.WrittenReport;
import io.prumerge.load.LoadParts;
import io.prumerge.load.LoadResult;
import io.prumerge.metric.Metric;
import io.prumerge.mlflow.MlflowLog;
import io.prumerge.report.AskedTable;
import io.prumerge.report.CategoryTable;
import io.prumerge.report.LeaderboardTable;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.ProtocolText;
import io.prumerge.report.PublishedText;
import io.prumerge.report.Report;
import io.prumerge.report.RunDifferenceTable;
import io.prumerge.report.SummaryTable;
import io.prumerge.report.page.PaperTable;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code report}: writes the tables and pages of one report of finished runs. */
@Command(name = "report", description = "Writes one report of finished runs.")
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ReportingSettings settings;

  @Mixin private ContrastFlags contrasts;

  @Mixin private TableFlags tables;

  @Mixin private MlflowFlags mlflow;

  @Mixin
  private final GivenOption<Boolean> json =
      CommonOptions.json("Print the summary as one JSON document instead of a table.");

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "report of " + Sessions.names(settings.runs.get()))) {
      if (LoadParts.isAmong(settings.runs.get(), Folders.beforeSpark(console))) {
        LoadResult result =
            new LoadParts(sessions::session, console)
                .add(settings.runs.get(), settings.output.get());
        result.tell(console, json.get());
        return ExitCode.DONE;
      }
      ReportingJob job =
          new ReportingJob(sessions::session, settings)
              .contrasts(contrasts.asked())
              .console(console);
      tables.asked().ifPresent(job::tables);
      mlflow.check();
      WrittenReport written = job.run();
      Report report = written.report();
      report.caveats().forEach(warning -> console.warn("%s", warning));
      if (json.get()) {
        console.out().println(written.json());
      } else {
        console.table(SummaryTable.cells(report));
        AskedTable.of(report).ifPresent(table -> console.table(table.title(), table.cells(), 1));
        ProtocolText.of(report).ifPresent(table -> table.print(console));
        for (RunDifferenceTable table : RunDifferenceTable.of(report)) {
          console.table(table.title(), table.cells(), 1);
        }
        CategoryTable.of(report).ifPresent(table -> console.table(table.title(), table.cells(), 3));
        for (LeaderboardTable table : LeaderboardTable.of(report)) {
          console.table(table.title(), table.cells(), 1);
        }
        PublishedText.of(report).ifPresent(table -> table.print(console));
        PaperTable.of(report).print(console);
        console.out().println("Parquet: " + written.folder());
        console.out().println("Report: " + written.page());
      }
      mlflow.log(
          console,
          sessions.session(),
          () ->
              MlflowLog.of(
                  Sessions.name(written.folder().toString()),
                  Table.RUNS.records(written.read(sessions.session(), Table.RUNS)),
                  MethodSummary.TABLE.records(
                      written.read(sessions.session(), MethodSummary.TABLE)),
                  Metric.TABLE.records(written.read(sessions.session(), Metric.TABLE))),
          written.page());
    }
    return ExitCode.DONE;
  }
}
