package io.prumerge.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * One command as a user runs it, with its output.
 *
 * @param code exit code
 */
public record CommandLineRun(int code, String out, String err) {

  public static CommandLineRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new CommandLineRun(code, out.toString(), err.toString());
  }

  /** Returns the warnings and errors, without the progress that a slow machine shows. */
  public List<String> problems() {
    return problems(err);
  }

  /** Returns the warnings and errors among all lines of a command's error stream. */
  public static List<String> problems(String err) {
    return err.lines().filter(line -> line.matches("(warning|prumerge-spark): .*")).toList();
  }
}
