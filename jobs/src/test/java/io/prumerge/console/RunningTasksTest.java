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

  /** Tasks of this JVM wait here for the test to look. */
  private static final ConcurrentHashMap<String, CountDownLatch> LOOKED = new ConcurrentHashMap<>();

  private static final String DESCRIPTION = "spark.job.description";

  /** Three tasks, of which the last one waits. */
  private static Thread job(SparkContext context, String name) {
    LOOKED.put(name, new CountDownLatch(1));
    Thread thread =
        new Thread(
            () ->
                new JavaSparkContext(context)
                    .parallelize(List.of(1, 2, 3), 3)
                    .foreach(
                        number -> {
                          if (number == 3) {
                            LOOKED.get(name).await(1, TimeUnit.MINUTES);
                          }
                        }));
    thread.start();
    return thread;
  }

  private static String text(RunningTasks tasks) {
    return tasks.running(Duration.ofSeconds(7));
  }

  private static void waitFor(RunningTasks tasks, String text) throws InterruptedException {
    for (int i = 0; i < 200 && !text(tasks).equals(text); i++) {
      Thread.sleep(50);
    }
    assertThat(text(tasks)).isEqualTo(text);
  }

  @Test
  void countsTheTasksOfItsOwnJobs() throws Exception {
    SparkContext context = LocalSpark.session().sparkContext();
    Thread strange = job(context, "strange");
    try (RunningTasks tasks = new RunningTasks(context, "Planning")) {
      assertThat(text(tasks)).as("no job yet").isEqualTo("0:07");
      Thread own = job(context, "own");
      waitFor(tasks, "0:07, 2 of 3 tasks");
      LOOKED.get("own").countDown();
      own.join();
      waitFor(tasks, "0:07");
    } finally {
      LOOKED.get("strange").countDown();
      strange.join();
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
