package io.prumerge.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkContext;

/**
 * The Spark jobs of a run. Until it is closed, jobs of this thread and of the threads that it
 * creates carry a tag, so that any thread can cancel them without the other jobs of the session.
 * Closing restores the caller's tags, job group and description.
 */
final class RunJobs implements AutoCloseable {

  private static final List<String> PROPERTIES =
      List.of("spark.job.description", "spark.jobGroup.id", "spark.job.interruptOnCancel");

  private final SparkContext context;
  private final String tag = "prumerge-run-" + UUID.randomUUID();
  private final Map<String, String> before = new HashMap<>();

  RunJobs(SparkContext context) {
    this.context = context;
    PROPERTIES.forEach(name -> before.put(name, context.getLocalProperty(name)));
    context.addJobTag(tag);
  }

  /** Sets the description of this thread's jobs in Spark's web page. */
  void describe(String text) {
    context.setJobDescription(text);
  }

  /** Cancels the run's jobs that are running, from any thread. */
  void cancel() {
    context.cancelJobsWithTag(tag);
  }

  @Override
  public void close() {
    context.removeJobTag(tag);
    before.forEach(context::setLocalProperty); // null removes it
  }
}
