package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.UsageException;
import io.prumerge.launch.PreparationJob;
import io.prumerge.prepare.PrepareSettings;
import io.prumerge.prepare.PreparedTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prepare}: turns a benchmark's files into an examples table. */
@Command(name = "prepare", description = "Turns a benchmark's files into an examples table.")
final class PrepareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private PrepareSettings settings;

  @Option(
      names = "--show",
      paramLabel = "N",
      description = "Then print N questions: prompt, right answers, options, category and picture.")
  private int show;

  @Override
  public Integer call() throws Exception {
    if (show < 0) {
      throw new UsageException("--show must be a number of questions, it is " + show);
    }
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "prepare " + Sessions.name(settings.benchmark.get()))) {
      PreparedTable prepared = new PreparationJob(sessions::session, settings, console).run();
      if (show > 0) {
        new ShownQuestions(settings.options().benchmark())
            .lines(prepared.read(sessions.session()), show)
            .forEach(console.out()::println);
      }
    }
    return ExitCode.DONE;
  }
}
