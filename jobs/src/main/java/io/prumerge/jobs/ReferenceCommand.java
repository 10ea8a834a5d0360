package io.prumerge.jobs;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code generate-reference}: every command's help as one Markdown page. */
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

            Generated from the code; `... generate-reference > conf/commands.md` writes it anew, a test fails where it is
            not what the code says. Options that take several values (`DIR...`) may also be repeated.

            """);
    section(page, root);
    root.getSubcommands().values().stream()
        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
        .forEach(command -> section(page, command));
    return page.toString();
  }

  private static void section(StringBuilder page, CommandLine command) {
    // The page is as wide everywhere, whatever terminal it is made on.
    command.setUsageHelpAutoWidth(false).setUsageHelpWidth(WIDTH);
    page.append("## ")
        .append(command.getCommandName())
        .append("\n\n```\n")
        .append(command.getUsageMessage(Help.Ansi.OFF).stripTrailing())
        .append("\n```\n\n");
  }
}
