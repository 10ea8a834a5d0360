package io.prumerge.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;

/** How the caller names Spark's jobs of this thread: remembered, and put back when closed. */
final class CallersJobs implements AutoCloseable {

  private static final List<String> PROPERTIES =
      List.of("spark.job.description", "spark.jobGroup.id", "spark.job.interruptOnCancel");

  private final SparkContext context;
  private final Map<String, String> before = new HashMap<>();

  CallersJobs(SparkContext context) {
    this.context = context;
    PROPERTIES.forEach(name -> before.put(name, context.getLocalProperty(name)));
  }

  /** What Spark's pages call the jobs from here on. */
  void describe(String text) {
    context.setJobDescription(text);
  }

  @Override
  public void close() {
    before.forEach(context::setLocalProperty); // null removes it
  }
}
