package io.prumerge.jobs;

import java.io.PrintWriter;
import picocli.CommandLine;

/**
 * Where a command speaks.
 *
 * @param out results
 * @param err warnings and progress
 */
record Console(PrintWriter out, PrintWriter err) {

  static Console of(CommandLine command) {
    return new Console(command.getOut(), command.getErr());
  }

  void warn(String format, Object... values) {
    err.println("warning: " + format.formatted(values));
  }
}
