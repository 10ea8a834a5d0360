package io.prumerge.jobs;

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

/** {@code report}: the tables of a report, made again from finished runs. */
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

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    Inference inference = inference();
    try (Sessions sessions = Sessions.open("report")) {
      Path target = new Folders(sessions.session()).absent("--output", output);
      Report report = new RunReports(sessions.session()).write(runs, target, inference);
      SummaryTable.lines(report).forEach(console.out()::println);
      Caveats.of(report.results()).forEach(caveat -> console.warn("%s", caveat));
      console.out().println("Parquet: " + target);
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
