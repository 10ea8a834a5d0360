package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.UsageException;
import io.prumerge.settings.sweep.ShippedSweeps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code init-sweep}: copies a sweep file that is shipped, for a user to change. */
@Command(
    name = "init-sweep",
    description =
        "Copies one of the sweep files that come with this program, to be changed; its first lines say how it is run.")
final class InitSweepCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "Which one: ${COMPLETION-CANDIDATES}.")
  private String name;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "A new file, in this folder or below it, which ends with .yaml.")
  private String output;

  @Override
  public Integer call() throws IOException {
    Path file = MiniCommand.newFolder(output);
    if (!output.endsWith(".yaml")) {
      throw new UsageException("A sweep file ends with .yaml: " + output + ".yaml");
    }
    String text = ShippedSweeps.copy(name, file);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    Console console = Console.of(spec.commandLine());
    console.out().println("Copied " + name + "; look at " + output);
    return ExitCode.DONE;
  }

  /** The names that can be copied, for help and completion. */
  private static final class Names implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return ShippedSweeps.NAMES.iterator();
    }
  }
}
