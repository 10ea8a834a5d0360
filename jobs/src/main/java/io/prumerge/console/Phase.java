package io.prumerge.console;

import io.prumerge.host.DaemonThreads;
import io.prumerge.lang.Text;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A part of a command that may take a while. Its line tells what is done of how much and the
 * remaining time where they are known, and otherwise the time so far. It vanishes when the phase is
 * closed, unless it is {@link #done}. A phase within a phase is shown in its place.
 */
public final class Phase implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(500);

  private final StatusLine line;
  private final String name;
  private final PhaseStatus status;
  private final AtomicLong told;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("progress"));

  /**
   * Starts to show a phase.
   *
   * @param told what {@link #add} and {@link #at} say, for the status
   */
  Phase(StatusLine line, String name, PhaseStatus status, AtomicLong told) {
    this.line = line;
    this.name = name;
    this.status = status;
    this.told = told;
    line.enter(this);
    clock.scheduleAtFixedRate(this::show, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void show() {
    line.show(this, name + ": " + status.running(elapsed()));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Tells a phase that counts what it is told of more work. */
  public void add(long work) {
    told.addAndGet(work);
  }

  /** Tells a phase that counts what it is told of all work so far. */
  public void at(long work) {
    told.set(work);
  }

  /** Prints that all is done, as a line that stays. */
  public synchronized void done() {
    clock.shutdownNow();
    line.leave(this);
    line.print(name + ": " + status.ended(elapsed()));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    line.leave(this);
    status.close();
  }

  /** Returns minutes and seconds, or hours too if there are any. */
  static String clock(Duration time) {
    return time.toHours() > 0
        ? Text.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : Text.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
  }
}
