package io.prumerge.jobs;

import io.prumerge.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code generate-completion}: prints a script that lets a shell complete commands, options and
 * values.
 */
@Command(
    name = "generate-completion",
    hidden = true,
    description =
        "Prints a completion script for bash and zsh, for a command or function named prumerge-spark.")
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec root = spec.root();
    // Shells need line feeds on every system.
    spec.commandLine().getOut().print(AutoComplete.bash(root.name(), root.commandLine()) + "\n");
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
