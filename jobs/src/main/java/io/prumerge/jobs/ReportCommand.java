package io.prumerge.jobs;

import io.prumerge.Reporting;
import io.prumerge.ReportingResult;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.metric.Inference;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.LeaderboardTable;
import java.util.List;
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

  @Option(
      names = "--runs",
      required = true,
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of finished runs.")
  private List<String> runs;

  @Option(
      names = "--examples",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Tables with the images; default: the tables that the runs name.")
  private List<String> examples = List.of();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for the report.")
  private String output;

  @Option(
      names = "--baseline",
      defaultValue = Inference.BASELINE,
      paramLabel = "SPEC",
      description = "Method that the others are compared with; default ${DEFAULT-VALUE}.")
  private MethodSpec baseline;

  @Option(
      names = "--replicates",
      defaultValue = "" + Inference.DEFAULT_REPLICATES,
      paramLabel = "N",
      description =
          "Bootstrap replicates for the intervals of metrics without a maximum; default"
              + " ${DEFAULT-VALUE}, 100 to 100000.")
  private int replicates;

  @Mixin private SharedFlags.Contrasts contrasts;

  @Option(
      names = "--latex",
      paramLabel = "DIR",
      description = "A new folder for every table as LaTeX, with booktabs.")
  private String latex;

  @Mixin private SharedFlags.Tables tables;

  @Option(
      names = "--json",
      description = "Print the summary as one JSON document instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.of(console, () -> "report of " + Sessions.names(runs))) {
      Reporting reporting =
          Reporting.of(sessions::session)
              .runs(runs)
              .examples(examples)
              .baseline(baseline.toString())
              .replicates(replicates)
              .contrasts(contrasts.asked())
              .output(output)
              .console(console);
      tables.asked().ifPresent(reporting::tables);
      if (latex != null) {
        reporting.latex(latex);
      }
      ReportingResult report = reporting.run();
      report.warnings().forEach(warning -> console.warn("%s", warning));
      if (json) {
        console.out().println(report.json());
      } else {
        console.table(report.cells());
        for (LeaderboardTable table : report.leaderboards()) {
          console.out().println();
          console.out().println(table.title() + ":");
          console.table(table.cells());
        }
        console.out().println("Parquet: " + report.output());
        console.out().println("Report: " + report.page());
      }
    }
    return ExitCode.DONE;
  }
}
