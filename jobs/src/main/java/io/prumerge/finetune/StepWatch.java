package io.prumerge.finetune;

import io.prumerge.console.Console;
import io.prumerge.spark.RunningSums;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Prints how far trainings have come, with the mean loss since the last line and the remaining
 * time.
 */
final class StepWatch implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** Steps and the sum of their losses. */
  private record Count(long steps, double loss) {

    static final Count NONE = new Count(0, 0);

    Count plus(Count other) {
      return new Count(steps + other.steps, loss + other.loss);
    }
  }

  private final Console console;
  private final StepMeter meter;
  private final long total;
  private final RunningSums sums;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "training-progress");
            thread.setDaemon(true);
            return thread;
          });
  private Count byDriver = Count.NONE;
  private Count shown = Count.NONE;
  private long firstAt;
  private long first;

  /**
   * Starts to watch and to print.
   *
   * @param total steps that are left to take
   */
  StepWatch(SparkContext context, Console console, long total) {
    this.console = console;
    this.total = total;
    this.meter =
        new StepMeter(
            context.longAccumulator("training steps"), context.doubleAccumulator("training loss"));
    this.sums = new RunningSums(context, List.of(meter.steps(), meter.loss()));
    clock.scheduleAtFixedRate(
        this::print, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  StepMeter meter() {
    return meter;
  }

  /** Counts a step that the driver itself has seen to its end. */
  synchronized void count(double loss) {
    byDriver = byDriver.plus(new Count(1, loss));
  }

  /** The clock begins with the first steps, so that loading the model does not count. */
  private synchronized void print() {
    double[] byTasks = sums.now();
    Count now = byDriver.plus(new Count((long) byTasks[0], byTasks[1]));
    if (now.steps() > shown.steps()) {
      console
          .err()
          .println(
              line(
                  now.steps(),
                  total,
                  (now.loss() - shown.loss()) / (now.steps() - shown.steps()),
                  first == 0 ? 0 : (now.steps() - first) * 1e9 / (System.nanoTime() - firstAt)));
      shown = now;
    }
    if (first == 0 && now.steps() > 0) {
      first = now.steps();
      firstAt = System.nanoTime();
    }
  }

  /**
   * Returns a line of progress.
   *
   * @param loss mean since the last line
   * @param pace steps per second; 0 if it is not known yet
   */
  static String line(long steps, long total, double loss, double pace) {
    long left = pace > 0 ? Math.round((total - steps) / pace) : 0;
    return String.format(
        Locale.ROOT,
        "%,d of %,d steps (%.0f%%), loss %.4f%s",
        steps,
        total,
        100.0 * steps / total,
        loss,
        pace > 0
            ? String.format(
                Locale.ROOT,
                ", %.2f steps/s, %d:%02d:%02d left",
                pace,
                left / 3600,
                left / 60 % 60,
                left % 60)
            : "");
  }

  @Override
  public void close() {
    clock.shutdownNow();
    sums.close();
  }
}
