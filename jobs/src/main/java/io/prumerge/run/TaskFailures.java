package io.prumerge.run;

import io.prumerge.console.Problems;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Reports why tasks fail on a cluster, once per host and reason, while Spark retries them:
 * otherwise a broken device would only make the job slower. In local mode the first failure ends
 * the job, which reports it.
 */
final class TaskFailures extends SparkListener {

  private final boolean local;
  private final Consumer<String> say;
  private final Set<String> said = new HashSet<>();

  /**
   * @param local whether tasks run in this process
   * @param say receives a line per failure
   */
  TaskFailures(boolean local, Consumer<String> say) {
    this.local = local;
    this.say = say;
  }

  /** Runs on the single thread of Spark's listeners. */
  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (!local && end.reason() instanceof ExceptionFailure failure) {
      String line =
          String.format(
              Locale.ROOT,
              "a task failed on %s: %s",
              end.taskInfo().host(),
              Problems.line(failure));
      if (said.add(line)) {
        say.accept(line);
      }
    }
  }
}
