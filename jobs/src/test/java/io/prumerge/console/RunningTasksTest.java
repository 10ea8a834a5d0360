package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.Console.RunningTasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class RunningTasksTest {

  private static final String DESCRIPTION = "spark.job.description";

  /** Longer than Spark takes for a job on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Three tasks, of which the last one waits until it may end. */
  private static final class Job implements AutoCloseable {

    /** Tasks of this JVM find their job here. */
    private static final ConcurrentHashMap<String, Job> ALL = new ConcurrentHashMap<>();

    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch ending = new CountDownLatch(1);
    private final Thread thread;

    /** Creates a job of what this thread is doing now. */
    Job(SparkContext context, String name) {
      ALL.put(name, this);
      thread =
          new Thread(
              () ->
                  new JavaSparkContext(context)
                      .parallelize(List.of(1, 2, 3), 3)
                      .foreach(
                          number -> {
                            if (number == 3) {
                              ALL.get(name).waiting.countDown();
                              ALL.get(name).ending.await();
                            }
                          }));
    }

    /** Starts the job, and waits until the last task does. */
    void start() throws InterruptedException {
      thread.start();
      assertThat(waiting.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    void end() {
      ending.countDown();
    }

    @Override
    public void close() {
      end();
    }
  }

  private static String text(RunningTasks tasks) {
    return tasks.running(Duration.ofSeconds(7));
  }

  private static void waitFor(RunningTasks tasks, String text) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!text(tasks).equals(text) && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(text(tasks)).isEqualTo(text);
  }

  @Test
  void countsTheTasksOfItsOwnJobs() throws Exception {
    SparkContext context = LocalSpark.session().sparkContext();
    try (Job strange = new Job(context, "strange");
        RunningTasks tasks = new RunningTasks(context, "Planning");
        Job own = new Job(context, "own")) {
      assertThat(text(tasks)).as("no job yet").isEqualTo("0:07");
      strange.start(); // so its stage is told of before that of the own job
      own.start();
      waitFor(tasks, "0:07, 2 of 3 tasks");
      own.end();
      waitFor(tasks, "0:07");
    }
  }

  @Test
  @SuppressWarnings("try") // the jobs are described as long as its block
  void describesJobsByTheCommandAndTheStep() {
    SparkContext context = LocalSpark.session().sparkContext();
    context.setLocalProperty(DESCRIPTION, null);
    try (JobDescription command = new JobDescription(context, "evaluate a: llava on pope")) {
      assertThat(context.getLocalProperty(DESCRIPTION)).isEqualTo("evaluate a: llava on pope");
      assertThat(JobDescription.of(context, "chunk 1"))
          .isEqualTo("evaluate a: llava on pope: chunk 1");
      try (RunningTasks tasks = new RunningTasks(context, "Planning")) {
        assertThat(context.getLocalProperty(DESCRIPTION))
            .isEqualTo("evaluate a: llava on pope: Planning");
        assertThat(text(tasks)).isEqualTo("0:07");
      }
      assertThat(context.getLocalProperty(DESCRIPTION)).isEqualTo("evaluate a: llava on pope");
    }
    assertThat(context.getLocalProperty(DESCRIPTION)).isNull();
    assertThat(JobDescription.of(context, "chunk 1")).isEqualTo("chunk 1");
  }

  @Test
  void describesJobsThatHaveNoDescription() {
    SparkContext context = LocalSpark.session().sparkContext();
    context.setLocalProperty(DESCRIPTION, null);
    try (RunningTasks tasks = new RunningTasks(context, "Planning")) {
      assertThat(context.getLocalProperty(DESCRIPTION)).isEqualTo("Planning");
      assertThat(text(tasks)).isEqualTo("0:07");
    }
    assertThat(context.getLocalProperty(DESCRIPTION)).isNull();
    context.setJobDescription("the caller's");
    try (RunningTasks tasks = new RunningTasks(context, "Planning")) {
      assertThat(context.getLocalProperty(DESCRIPTION)).isEqualTo("the caller's");
      assertThat(text(tasks)).isEqualTo("0:07");
    } finally {
      context.setLocalProperty(DESCRIPTION, null);
    }
  }
}
