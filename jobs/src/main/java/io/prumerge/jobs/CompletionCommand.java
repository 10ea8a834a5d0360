package io.prumerge.jobs;

import io.prumerge.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code generate-completion}: lets a shell complete commands, options and their values. */
@Command(
    name = "generate-completion",
    hidden = true,
    description =
        "Prints a script that lets bash and zsh complete a command or function of the name prumerge-spark.")
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec root = spec.root();
    // A shell reads it: line feeds on every system.
    spec.commandLine().getOut().print(AutoComplete.bash(root.name(), root.commandLine()) + "\n");
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
