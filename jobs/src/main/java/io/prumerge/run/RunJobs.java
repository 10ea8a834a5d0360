package io.prumerge.run;

import io.prumerge.console.JobDescription;
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

  /** Describes this thread's jobs by the step that they are of. */
  void describe(String step) {
    context.setJobDescription(JobDescription.of(context, step));
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
