package io.prumerge.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;

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
}
