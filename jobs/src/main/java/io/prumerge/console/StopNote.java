package io.prumerge.console;

/** While open, a JVM that ends, as by Ctrl+C, prints a line about what to do then. */
public final class StopNote {

  private final Thread hook;

  public StopNote(Console console, Wording note) {
    hook = new Thread(() -> console.err().println(note.onCommandLine()), "note at the end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Returns whether the JVM goes on, so that the note is not printed. */
  public boolean close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
