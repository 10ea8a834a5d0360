package io.prumerge.console;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command speaks.
 *
 * @param out results
 * @param err warnings and progress
 * @param width characters per line; the terminal's, without one {@link #UNLIMITED}
 */
public record Console(PrintWriter out, PrintWriter err, int width) {

  /** Nobody breaks lines: a file or another program reads. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Says nothing. */
  public static final Console SILENT =
      new Console(
          new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), UNLIMITED);

  /** All to the standard error stream, results too. */
  public static Console standardError() {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new Console(err, err, UNLIMITED);
  }

  public static Console of(CommandLine command) {
    int width = System.console() == null ? UNLIMITED : command.getUsageHelpWidth();
    return new Console(command.getOut(), command.getErr(), width);
  }

  /** All to {@code err}: {@code out} is kept for one JSON document. */
  public Console quiet() {
    return new Console(err, err, width);
  }

  /** As {@link Wording#of}. */
  public void warn(String format, Object... values) {
    err.println("warning: " + Wording.of(format, values).onCommandLine());
  }

  /**
   * A table of results, the header in bold on a terminal with colours. One wider than the terminal
   * is printed in parts, each with the names.
   *
   * @param cells lines of equal length, a header first, the name first in each
   */
  public void table(List<List<String>> cells) {
    List<List<String>> blocks = TextTable.blocks(cells, 1, 1, width);
    for (int block = 0; block < blocks.size(); block++) {
      if (block > 0) {
        out.println();
      }
      List<String> lines = blocks.get(block);
      out.println(bold(lines.get(0)));
      lines.subList(1, lines.size()).forEach(out::println);
    }
  }

  private static String bold(String text) {
    // AUTO knows terminals, and the variable NO_COLOR.
    return Ansi.AUTO.enabled()
        ? Ansi.Style.on(Ansi.Style.bold) + text + Ansi.Style.off(Ansi.Style.bold)
        : text;
  }
}
