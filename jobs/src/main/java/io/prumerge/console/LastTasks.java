package io.prumerge.console;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import scala.collection.Iterator;

/**
 * The tasks of a session that are still running. A cancelled job ends at once, its tasks when they
 * notice; where Spark stops before, it prints a stack trace for each that comes too late.
 */
public final class LastTasks {

  private static final long PAUSE_MILLIS = 20;

  private LastTasks() {}

  /** Waits until no task runs, or for so long. Returns at once if the thread is interrupted. */
  public static void await(SparkContext context, Duration patience) {
    long begin = System.nanoTime();
    try {
      while (!context.isStopped()
          && count(context) > 0
          && System.nanoTime() - begin < patience.toNanos()) {
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns how many tasks run, cancelled ones included; Spark's status tracker lags. */
  static int count(SparkContext context) {
    int count = 0;
    if (context.taskScheduler() instanceof TaskSchedulerImpl scheduler) {
      Iterator<Object> counts = scheduler.runningTasksByExecutors().values().iterator();
      while (counts.hasNext()) {
        count += (Integer) counts.next();
      }
    }
    return count;
  }
}
