package io.prumerge.jobs;

import io.prumerge.Preparation;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.prepare.PrepareSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code prepare}: turns a benchmark's files into an examples table. */
@Command(name = "prepare", description = "Turns a benchmark's files into an examples table.")
final class PrepareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private PrepareSettings settings;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "prepare " + Sessions.name(settings.benchmark))) {
      Preparation.of(sessions::session, settings).console(console).run();
    }
    return ExitCode.DONE;
  }
}
