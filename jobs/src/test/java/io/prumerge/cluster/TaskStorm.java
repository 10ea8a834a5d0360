package io.prumerge.cluster;

import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Kills task attempts of an application at random ages, and cancels its job groups at random times.
 * It ends after a number of kills.
 */
final class TaskStorm extends SparkListener implements AutoCloseable {

  private static final int MOST_MILLIS_OF_A_TASK = 5_000;
  private static final int MOST_MILLIS_OF_A_JOB = 20_000;

  /** One of so many kills interrupts the task's thread, and one of so many jobs is cancelled. */
  private static final int ONE_OF = 3;

  private final SparkContext context;
  private final int most;
  private final Random random;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger copies = new AtomicInteger();

  /**
   * @param most number of kills after which it ends
   */
  TaskStorm(SparkContext context, int most, long seed) {
    this.context = context;
    this.most = most;
    this.random = new Random(seed);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    copies.addAndGet(start.taskInfo().speculative() ? 1 : 0);
    long task = start.taskInfo().taskId();
    boolean interrupt = random.nextInt(ONE_OF) == 0;
    later(() -> kill(task, interrupt), MOST_MILLIS_OF_A_TASK);
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    String group = start.properties().getProperty("spark.jobGroup.id");
    if (group != null && random.nextInt(ONE_OF) == 0) {
      later(() -> cancel(group), MOST_MILLIS_OF_A_JOB);
    }
  }

  private void later(Runnable blow, int mostMillis) {
    if (!over()) {
      later.schedule(blow, random.nextInt(mostMillis), TimeUnit.MILLISECONDS);
    }
  }

  private void kill(long task, boolean interrupt) {
    if (!over() && context.killTaskAttempt(task, interrupt, "storm")) {
      kills.incrementAndGet();
    }
  }

  private void cancel(String group) {
    if (!over()) {
      context.cancelJobGroup(group);
      cancelled.incrementAndGet();
    }
  }

  /** Returns whether it has ended. */
  boolean over() {
    return kills.get() >= most;
  }

  /** Returns how many times it cancelled a job group. */
  int cancelled() {
    return cancelled.get();
  }

  @Override
  public String toString() {
    return "%d tasks killed, %d times jobs cancelled, %d speculative copies"
        .formatted(kills.get(), cancelled.get(), copies.get());
  }

  @Override
  public void close() {
    later.shutdownNow();
  }
}
