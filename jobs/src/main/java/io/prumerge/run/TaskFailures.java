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
 * Says why tasks fail on a cluster while Spark has them done again, once for each host and reason:
 * a job that only becomes slower says nothing else of a device that does not work. In local mode
 * the first failure ends the job, which says it then.
 */
final class TaskFailures extends SparkListener {

  private final boolean local;
  private final Consumer<String> say;
  private final Set<String> said = new HashSet<>();

  /**
   * @param local whether tasks run in this process
   * @param say takes a line
   */
  TaskFailures(boolean local, Consumer<String> say) {
    this.local = local;
    this.say = say;
  }

  /** Comes on the one thread of Spark's listeners. */
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
