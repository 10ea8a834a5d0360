package io.prumerge.jobs;

import io.prumerge.console.ExitCode;
import io.prumerge.console.UsageException;
import io.prumerge.service.Unknown;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code help}: prints what {@code COMMAND --help} does. Picocli's own {@code HelpCommand} declares
 * {@code --help} again, which every command inherits here.
 */
@Command(name = "help", description = "Shows the help of a command.")
final class UsageCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "COMMAND",
      description = "Without it, the list of commands.")
  private String command;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    CommandLine asked = command == null ? root : root.getSubcommands().get(command);
    if (asked == null) {
      throw new UsageException(Unknown.message("command", command, RootCommand.names(root)));
    }
    asked.usage(spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
