package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight executors give eight times as many answers in a time as one; profile {@code soak}. Their
 * devices sleep for every image, since one machine has not eight of them: what is measured is what
 * Spark and this project add on the way to a device, on the same two cores for all.
 */
@Tag("soak")
@Tag("process")
class ScaleOutIT {

  private static final int EXECUTORS = 8;
  private static final int IMAGES_PER_EXECUTOR = 60;
  private static final int MILLIS_PER_IMAGE = 2500;
  private static final int TASKS_PER_SLOT = 4; // in a chunk, as without --partitions
  private static final int CHUNKS = 3;

  @TempDir private static Path work;

  /**
   * Answers in a second, from when each executor has come to the end of a first task until the
   * first of them has nothing left to do: two cores start eight executors one after another, which
   * eight hosts would not, and a long run has its end but once. Where one chunk ends and the next
   * begins lies between.
   */
  private static double rate(List<AnsweringTask> tasks, int executors) {
    Map<String, Long> firsts = new HashMap<>();
    Map<String, Long> lasts = new HashMap<>();
    for (AnsweringTask task : tasks) {
      firsts.merge(task.executor(), task.finished(), Math::min);
      lasts.merge(task.executor(), task.finished(), Math::max);
    }
    assertThat(firsts).hasSize(executors);
    long from = Collections.max(firsts.values());
    long to = Collections.min(lasts.values());
    double answers = tasks.stream().mapToDouble(task -> task.answersBetween(from, to)).sum();
    long all = tasks.stream().mapToLong(AnsweringTask::answers).sum();
    long whole =
        Collections.max(lasts.values())
            - tasks.stream().mapToLong(AnsweringTask::launched).min().orElseThrow();
    System.out.printf(
        "scale-out: %d executors, %d answers in %.1f s; all at work for %.1f s: %.3f/s%n",
        executors, all, whole / 1e3, (to - from) / 1e3, answers * 1e3 / (to - from));
    assertThat(to - from).as("most of the time").isGreaterThan(whole / 2);
    return answers * 1e3 / (to - from);
  }

  private static double rate(ClusterFixture fixture, int executors) throws Exception {
    Path run = work.resolve("run-" + executors);
    Path events = Files.createDirectories(work.resolve("events-" + executors));
    int images = executors * IMAGES_PER_EXECUTOR;
    Map<String, String> settings =
        Map.of(
            "spark.executor.extraJavaOptions",
            DeviceAgent.option(work, DeviceAgent.Device.SLOW)
                + " -D%s=%d".formatted(DeviceAgent.MILLIS, MILLIS_PER_IMAGE),
            "spark.eventLog.enabled",
            "true",
            "spark.eventLog.dir",
            events.toUri().toString());
    SparkSubmit.Result result =
        fixture
            .start(
                executors,
                settings,
                run,
                "--limit",
                Integer.toString(images),
                "--partitions",
                Integer.toString(executors * TASKS_PER_SLOT))
            .result();
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    return rate(AnsweringTask.in(events), executors);
  }

  @Test
  void eightExecutorsAnswerEightTimesAsMuch() throws Exception {
    try (ClusterFixture fixture =
        new ClusterFixture(work, EXECUTORS * IMAGES_PER_EXECUTOR, EXECUTORS / 2, CHUNKS)) {
      double one = rate(fixture, 1);
      double eight = rate(fixture, EXECUTORS);
      System.out.printf("scale-out: efficiency %.3f%n", eight / EXECUTORS / one);
      assertThat(eight / EXECUTORS / one).as("efficiency").isGreaterThanOrEqualTo(0.95);
    }
  }
}
