package io.prumerge.console;

import io.prumerge.lang.Text;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Counts executors that end before any executor has begun a task. Thread-safe. */
final class LostExecutors extends SparkListener {

  private final Set<String> ids = new HashSet<>();
  private boolean working;
  private String reason = "";

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart task) {
    working = true;
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
    // Of one executor Spark may tell its own reason, then its process' exit code.
    if (!working && ids.add(executor.executorId())) {
      reason = executor.reason();
    }
  }

  /** Forgets those that have ended so far. */
  synchronized void forget() {
    ids.clear();
  }

  /** Returns how many have ended; 0 once an executor has begun a task. */
  synchronized int count() {
    return working ? 0 : ids.size();
  }

  /** Returns how many have ended of a master's, and why the last one did. */
  synchronized String line(String master) {
    int count = ids.size();
    return Text.format(
        "%s of %s %s ended before taking a task, the last for this reason: %s",
        Texts.count(count, "executor"), master, count == 1 ? "has" : "have", reason);
  }
}
