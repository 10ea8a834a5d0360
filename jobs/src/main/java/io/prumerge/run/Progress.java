package io.prumerge.run;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The progress line of a run. It is rewritten in place on a terminal, and printed every ten seconds
 * elsewhere. The count may be too high if tasks are repeated; no reported number depends on it.
 */
final class Progress implements AutoCloseable {

  private static final Duration ON_TERMINAL = Duration.ofMillis(500);
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final Supplier<WorkDone> counted;
  private final Pace pace;
  private final boolean terminal = System.console() != null;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "progress");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts to print.
   *
   * @param counted work of the tasks so far
   * @param before work of earlier attempts
   * @param total work of the whole run
   */
  Progress(PrintWriter err, Supplier<WorkDone> counted, WorkDone before, WorkDone total) {
    this.err = err;
    this.counted = counted;
    this.pace = new Pace(before, total);
    long period = (terminal ? ON_TERMINAL : ELSEWHERE).toMillis();
    clock.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
  }

  private synchronized void show() {
    pace.at(Duration.ofNanos(System.nanoTime() - start), counted.get());
    print();
  }

  private void print() {
    String line = line(pace);
    if (terminal) {
      err.print("\r" + line + "   ");
      err.flush();
    } else {
      err.println(line);
    }
  }

  /** Returns the answers done and in total, the speed and the remaining time. */
  static String line(Pace pace) {
    long done = pace.answers();
    long total = pace.total().answers();
    String rate =
        pace.remaining()
            .map(
                left ->
                    String.format(
                        Locale.ROOT, "%.1f/s, %s left", pace.answersPerSecond(), clock(left)))
            .orElse(done < total ? "starting" : "nothing left to ask");
    return String.format(
        Locale.ROOT, "%,d of %,d answers (%.0f%%), %s", done, total, 100.0 * done / total, rate);
  }

  private static String clock(Duration time) {
    return time.toHours() > 0
        ? String.format(
            Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
  }

  /** Prints a warning on its own line, above the progress line. */
  synchronized void warn(String line) {
    err.println((terminal ? "\r" : "") + "warning: " + line);
    err.flush();
  }

  /** Prints that all answers are done. */
  synchronized void done() {
    clock.shutdownNow();
    pace.finish(Duration.ofNanos(System.nanoTime() - start));
    print();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (terminal) {
      err.println();
    }
  }
}
