package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.settings.sweep.ShippedSweeps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Mixin
  private final GivenOption<String> output =
      GivenOption.text(Setting.OUTPUT)
          .required()
          .help("FILE", "A new file, in this folder or below it, which ends with .yaml.");

  @Override
  public Integer call() throws IOException {
    Path file = MiniCommand.newFolder(output.get());
    if (!output.get().endsWith(".yaml")) {
      throw new UsageException("A sweep file ends with .yaml: " + output.get() + ".yaml");
    }
    String text = ShippedSweeps.copy(name, file);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    Console console = Console.of(spec.commandLine());
    console.out().println("Copied " + name + "; look at " + output.get());
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
