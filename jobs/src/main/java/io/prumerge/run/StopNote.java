package io.prumerge.run;

import io.prumerge.console.Console;
import io.prumerge.console.Wording;

/** While open, a JVM that ends, as by Ctrl+C, prints a line about what to do then. */
final class StopNote {

  private final Thread hook;

  StopNote(Console console, Wording note) {
    hook = new Thread(() -> console.err().println(note.onCommandLine()), "note at the end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is ending, and prints the note
    }
  }
}
