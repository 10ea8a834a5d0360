package io.prumerge.console;

import org.apache.spark.SparkContext;

/**
 * What Spark's web page and history say of jobs: what the command works on, then the step. Until it
 * is closed, jobs of this thread and of the threads that it creates belong to one command. The name
 * of an application of many commands, such as a notebook's, does not say it.
 */
public final class JobDescription implements AutoCloseable {

  private static final String WORK = "prumerge.work";
  private static final String DESCRIPTION = "spark.job.description";

  private final SparkContext context;
  private final String workBefore;
  private final String descriptionBefore;

  /**
   * Describes jobs by a command, unless the caller has described them.
   *
   * @param work the command and what it works on, such as {@code evaluate a: llava on pope}
   */
  public JobDescription(SparkContext context, String work) {
    this.context = context;
    this.workBefore = context.getLocalProperty(WORK);
    this.descriptionBefore = context.getLocalProperty(DESCRIPTION);
    context.setLocalProperty(WORK, work);
    if (descriptionBefore == null) {
      context.setJobDescription(work);
    }
  }

  /** Returns the description of this thread's jobs in one step of its work. */
  public static String of(SparkContext context, String step) {
    String work = context.getLocalProperty(WORK);
    return work == null ? step : work + ": " + step;
  }

  /** Describes this thread's jobs by a step, unless the caller has described them. */
  static void step(SparkContext context, String step) {
    String description = context.getLocalProperty(DESCRIPTION);
    if (description == null || description.equals(context.getLocalProperty(WORK))) {
      context.setJobDescription(of(context, step));
    }
  }

  @Override
  public void close() {
    context.setLocalProperty(WORK, workBefore); // null removes it
    context.setLocalProperty(DESCRIPTION, descriptionBefore);
  }
}
