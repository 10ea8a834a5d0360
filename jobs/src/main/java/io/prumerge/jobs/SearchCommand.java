package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.launch.EvaluationJob;
import io.prumerge.search.FoundFront;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.TargetSettings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The search's folder: a new one, or an existing one with --resume.")
  private String output;

  @Mixin private TargetSettings destination;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model in place of the file's: a checkpoint's folder, or hf:ORG/NAME[@REV].")
  private String model;

  @Mixin private ExampleFlags examples;

  @Mixin private RunSettings settings;

  @Option(
      names = "--json",
      description = "Print the candidates as one JSON document instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "search " + Sessions.name(file.toString()))) {
      destination.output = output;
      EvaluationJob job =
          new EvaluationJob(sessions::session, settings, destination)
              .sweep(file.toString())
              .console(console);
      if (model != null) {
        job.model(model);
      }
      examples.give(job);
      FoundFront found = job.search();
      if (json) {
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
