package io.prumerge.console;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The output streams of a command.
 *
 * @param out results
 * @param err warnings and progress
 * @param width characters per line: the terminal's width, or {@link #UNLIMITED} without a terminal
 */
public record Console(PrintWriter out, PrintWriter err, int width) {

  /** Lines are not broken, since a file or another program reads them. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Prints nothing. */
  public static final Console SILENT =
      new Console(
          new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), UNLIMITED);

  /** Returns a console that prints everything to the standard error stream, results too. */
  public static Console standardError() {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new Console(err, err, UNLIMITED);
  }

  /** Returns the console of a command. */
  public static Console of(CommandLine command) {
    int width = System.console() == null ? UNLIMITED : command.getUsageHelpWidth();
    return new Console(command.getOut(), command.getErr(), width);
  }

  /**
   * Returns a console that prints everything to {@code err}, to keep {@code out} for one JSON
   * document.
   */
  public Console quiet() {
    return new Console(err, err, width);
  }

  /** Prints a warning, formatted as in {@link Wording#of}. */
  public void warn(String format, Object... values) {
    err.println("warning: " + Wording.of(format, values).onCommandLine());
  }

  /**
   * Prints a table of results, with a bold header if the terminal has colours. Splits a table that
   * is wider than the terminal into parts, each with the names.
   *
   * @param cells lines of equal length, the header first; the first cell of a line is its name
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
    // AUTO respects terminals and the variable NO_COLOR.
    return Ansi.AUTO.enabled()
        ? Ansi.Style.on(Ansi.Style.bold) + text + Ansi.Style.off(Ansi.Style.bold)
        : text;
  }
}
