package io.prumerge.jobs;

import io.prumerge.benchmark.DataException;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Report;
import io.prumerge.report.SummaryTable;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
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

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.open("report")) {
      run(sessions.session(), console);
    }
    return ExitCode.DONE;
  }

  private void run(SparkSession spark, Console console) throws IOException {
    Folders folders = new Folders(spark);
    Path target = folders.absent("--output", output);
    List<RunDirectory> directories = new ArrayList<>();
    for (String run : runs) {
      Path root = folders.present("--runs", run);
      RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
      if (directory.state() != RunDirectory.State.FINISHED) {
        throw new UsageException("--runs %s is no finished run".formatted(run));
      }
      directories.add(directory);
    }
    requireDistinct(directories);
    Dataset<Row> predictions = all(spark, Table.PREDICTIONS, directories);
    String compared = baseline.toString();
    Report report = Report.of(predictions, all(spark, Table.SCORES, directories), compared);
    if (report.summary().stream().noneMatch(summary -> summary.method().equals(compared))) {
      throw new UsageException(
          "No run has the --baseline %s; methods: %s"
              .formatted(compared, report.summary().stream().map(MethodSummary::method).toList()));
    }
    report.write(spark, table -> new Path(target, table.folder()).toString());
    Table.RUNS.write(
        all(spark, Table.RUNS, directories).coalesce(1),
        new Path(target, Table.RUNS.folder()).toString());
    SummaryTable.lines(report).forEach(console.out()::println);
    Caveats.of(report.results()).forEach(caveat -> console.warn("%s", caveat));
    console.out().println("Parquet: " + target);
  }

  private static void requireDistinct(List<RunDirectory> directories) throws IOException {
    List<String> ids = new ArrayList<>();
    for (RunDirectory directory : directories) {
      String id = directory.manifest().runId();
      if (ids.contains(id)) {
        throw new DataException("Run %s is given twice: %s".formatted(id, directory.root()));
      }
      ids.add(id);
    }
  }

  private static Dataset<Row> all(SparkSession spark, Table table, List<RunDirectory> runs) {
    return table.read(spark, runs.stream().map(run -> run.table(table)).toList());
  }
}
