package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.launch.EvaluationJob;
import io.prumerge.search.FoundFront;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.TargetSettings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code search}: finds the methods of a file that are most accurate at their cost. */
@Command(
    name = "search",
    description =
        "Searches among the methods of a file for those that are most accurate at their cost: rung by rung, asks more questions and drops methods that are less accurate than another one that costs no more, beyond chance.")
final class SearchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "YAML as sweep's, with one model; its key search is optional.")
  private Path file;

  @Mixin
  private final TargetSettings destination =
      new TargetSettings(
          CommonOptions.output("The search's folder: a new one, or an existing one with --resume.")
              .required());

  @Mixin
  private final GivenOption<String> model =
      GivenOption.text(Setting.MODEL)
          .help(
              "MODEL",
              "Model in place of the file's: a checkpoint's folder, or hf:ORG/NAME[@REV].");

  @Mixin private ExampleFlags examples;

  @Mixin private RunSettings settings;

  @Mixin
  private final GivenOption<Boolean> json =
      CommonOptions.json("Print the candidates as one JSON document instead of a table.");

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "search " + Sessions.name(file.toString()))) {
      EvaluationJob job =
          new EvaluationJob(sessions::session, settings, destination)
              .sweep(file.toString())
              .console(console);
      model.find().ifPresent(job::model);
      examples.give(job);
      FoundFront found = job.search();
      if (json.get()) {
        console.out().println(found.json());
      } else {
        console.table(found.cells());
        console.out().println(found.end());
        console.out().println("Parquet: " + found.table());
        console.out().println("Last rung: " + found.lastRung());
      }
    }
    return ExitCode.DONE;
  }
}
