package io.prumerge.jobs;

import io.prumerge.page.ReportPages;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.Inference;
import io.prumerge.report.Report;
import io.prumerge.report.SummaryTable;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code report}: tables and pages of one report, made from finished runs. */
@Command(name = "report", description = "Makes one report of finished runs.")
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
      description = "Where the pictures lie; default the examples that the runs name.")
  private List<String> examples = List.of();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for the report.")
  private String output;

  @Option(
      names = "--baseline",
      defaultValue = Evaluate.BASELINE,
      paramLabel = "SPEC",
      converter = MethodConverter.class,
      description = "The method the others are compared with; default ${DEFAULT-VALUE}.")
  private MethodSpec baseline;

  @Option(
      names = "--replicates",
      defaultValue = "" + Inference.DEFAULT_REPLICATES,
      paramLabel = "N",
      description =
          "Replicates of the bootstrap that gives intervals of figures that are no means; default"
              + " ${DEFAULT-VALUE}, at least 100.")
  private int replicates;

  @Option(
      names = "--json",
      description = "Print the summary as one JSON document instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    Inference inference = inference();
    try (Sessions sessions = Sessions.open("report")) {
      Path target = new Folders(sessions.session()).absent("--output", output);
      Report report = new RunReports(sessions.session()).write(runs, examples, target, inference);
      Caveats.of(report.results()).forEach(caveat -> console.warn("%s", caveat));
      if (json) {
        console.out().println(Json.write(ReportDocument.of(report, target.toString())));
      } else {
        console.table(SummaryTable.cells(report));
        console.out().println("Parquet: " + target);
        console.out().println("Report: " + new Path(target, ReportPages.HTML));
      }
    }
    return ExitCode.DONE;
  }

  private Inference inference() {
    try {
      return new Inference(baseline.toString(), replicates);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--replicates: " + e.getMessage());
    }
  }
}
