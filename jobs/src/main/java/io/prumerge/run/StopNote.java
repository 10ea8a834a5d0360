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

  /** Returns whether the JVM goes on, so that the note is not printed. */
  boolean close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
