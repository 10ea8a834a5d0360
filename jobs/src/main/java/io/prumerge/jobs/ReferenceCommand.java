package io.prumerge.jobs;

import io.prumerge.console.ExitCode;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code generate-reference}: prints every command's help as one Markdown page. */
@Command(
    name = "generate-reference",
    hidden = true,
    description = "Prints the reference of all commands as Markdown: conf/commands.md.")
final class ReferenceCommand implements Callable<Integer> {

  private static final int WIDTH = 120;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(page(spec.root().commandLine()));
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  private static String page(CommandLine root) {
    StringBuilder page =
        new StringBuilder(
            """
            # Commands

            This page is generated from the code: `prumerge-spark generate-reference > conf/commands.md` writes it again.
            A test fails if the page differs from the code. [jobs](../jobs/README.md) explains the commands. Options that
            take several values (`DIR...`) may also be repeated.

            ## Contents

            """);
    List<CommandLine> commands =
        Stream.concat(
                Stream.of(root),
                root.getSubcommands().values().stream()
                    .filter(command -> !command.getCommandSpec().usageMessage().hidden()))
            .toList();
    commands.forEach(
        command -> page.append(Text.format("- [%1$s](#%1$s)\n", command.getCommandName())));
    page.append('\n');
    commands.forEach(command -> section(page, command));
    return page.toString();
  }

  private static void section(StringBuilder page, CommandLine command) {
    // The page's width must not depend on the terminal.
    command.setUsageHelpAutoWidth(false).setUsageHelpWidth(WIDTH);
    page.append("## ")
        .append(command.getCommandName())
        .append("\n\n```\n")
        .append(command.getUsageMessage(Help.Ansi.OFF).stripTrailing())
        .append("\n```\n\n");
  }
}
