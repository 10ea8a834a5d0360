package io.prumerge.jobs;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One line that says how far a run is: rewritten in place on a terminal, now and then a new one
 * elsewhere. The count may run ahead when tasks are repeated; no reported number comes from it.
 */
final class Progress implements AutoCloseable {

  private static final Duration ON_TERMINAL = Duration.ofMillis(500);
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final LongSupplier answered;
  private final long before;
  private final long total;
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
   * Starts to speak.
   *
   * @param answered answers that tasks have given so far
   * @param before answers of earlier attempts
   * @param total answers the run will have
   */
  Progress(PrintWriter err, LongSupplier answered, long before, long total) {
    this.err = err;
    this.answered = answered;
    this.before = before;
    this.total = total;
    long period = (terminal ? ON_TERMINAL : ELSEWHERE).toMillis();
    clock.scheduleAtFixedRate(
        () -> show(answered.getAsLong()), period, period, TimeUnit.MILLISECONDS);
  }

  private void show(long count) {
    String line = line(before, count, total, elapsed());
    if (terminal) {
      err.print("\r" + line + "   ");
      err.flush();
    } else {
      err.println(line);
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Answers done and to do, and at the present rate how fast and how long still. */
  static String line(long before, long answered, long total, Duration elapsed) {
    long done = Math.min(before + answered, total);
    double seconds = Math.max(elapsed.toMillis(), 1) / 1000.0;
    double rate = answered / seconds;
    String pace =
        answered == 0
            ? done < total ? "starting" : "nothing left to ask"
            : String.format(
                Locale.ROOT,
                "%.1f/s, %s left",
                rate,
                clock(Duration.ofSeconds(Math.round((total - done) / rate))));
    return String.format(
        Locale.ROOT, "%,d of %,d answers (%.0f%%), %s", done, total, 100.0 * done / total, pace);
  }

  private static String clock(Duration time) {
    return time.toHours() > 0
        ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }

  /** All answers are there. */
  void done() {
    clock.shutdownNow();
    show(total - before);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (terminal) {
      err.println();
    }
  }
}
