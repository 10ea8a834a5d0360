package io.prumerge.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The line about what a command is doing. A terminal's last line is rewritten in place, and what
 * else is printed stands above it. Elsewhere it is printed now and then.
 */
final class StatusLine {

  private static final Duration OFTEN = Duration.ofSeconds(10);
  private static final Duration SELDOM = Duration.ofMinutes(1);

  private final PrintWriter err;
  private final boolean terminal;
  private final int width;
  private final long start = System.nanoTime();
  private final Deque<Phase> phases = new ArrayDeque<>();
  private long printed;
  private int drawn;

  /**
   * @param terminal whether lines can be rewritten
   * @param width characters of a terminal's line
   */
  StatusLine(PrintWriter err, boolean terminal, int width) {
    this.err = err;
    this.terminal = terminal;
    this.width = width;
  }

  /** Returns whether standard error is a terminal, whatever the other streams are. */
  static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) { // not Linux
      return System.console() != null;
    }
  }

  /** Shows a phase until it leaves, or another one enters. */
  synchronized void enter(Phase phase) {
    phases.push(phase);
  }

  synchronized void leave(Phase phase) {
    phases.remove(phase);
    clear();
  }

  /** Shows how far a phase is, unless another one is shown or it is too soon. */
  synchronized void show(Phase phase, String text) {
    if (phases.peek() != phase) {
      return;
    }
    if (terminal) {
      String fit = text.substring(0, Math.min(text.length(), width - 1));
      // The cursor goes back at once, so that Spark's own warnings overwrite the line.
      err.print(fit + " ".repeat(Math.max(0, drawn - fit.length())) + "\r");
      err.flush();
      drawn = fit.length();
    } else if (isDue(System.nanoTime() - start, printed)) {
      err.println(text);
      printed = System.nanoTime() - start;
    }
  }

  /**
   * Returns whether it is time for the next line in a file.
   *
   * @param now nanoseconds since the command's start
   * @param printed the same, of the last line
   */
  static boolean isDue(long now, long printed) {
    Duration pause = now < SELDOM.toNanos() ? OFTEN : SELDOM;
    return now - printed >= pause.toNanos();
  }

  /** Prints a line that stays. */
  synchronized void print(String text) {
    clear();
    err.println(text);
    err.flush();
  }

  private void clear() {
    if (drawn > 0) {
      err.print(" ".repeat(drawn) + "\r");
      err.flush();
      drawn = 0;
    }
  }
}
