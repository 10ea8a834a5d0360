package io.prumerge.run;

import io.prumerge.console.Console;
import io.prumerge.console.Wording;
import java.util.ArrayList;
import java.util.List;

/** The warnings of a run: shows each on the console and keeps it for callers from code. */
final class RunWarnings {

  private final Console console;
  private final List<String> shown = new ArrayList<>();

  RunWarnings(Console console) {
    this.console = console;
  }

  /** Shows a warning, formatted as in {@link Wording#of}. */
  void warn(String format, Object... values) {
    console.warn(format, values);
    shown.add(Wording.of(format, values).inCode());
  }

  /** Returns all warnings so far. */
  List<String> shown() {
    return List.copyOf(shown);
  }
}
