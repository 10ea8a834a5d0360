package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.junit.jupiter.api.Test;

class ExecutorWatchTest {

  private static final SparkConf CONF = new SparkConf(false).set("spark.master", "spark://m:7077");

  private final List<String> cancelled = new CopyOnWriteArrayList<>();

  /** What one look finds. */
  private record Found(boolean jobs, boolean executors) {}

  private static final Found STARVED = new Found(true, false);
  private static final Found FED = new Found(true, true);
  private static final Found IDLE = new Found(false, false);

  /** Returns what is printed when the looks find this, one after the other, the last for ever. */
  private String printed(LostExecutors lost, Found... looks) throws InterruptedException {
    StringWriter err = new StringWriter();
    PrintWriter writer = new PrintWriter(err, true);
    Console console = new Console(writer, writer, Console.UNLIMITED);
    CountDownLatch all = new CountDownLatch(looks.length + 6);
    ExecutorWatch.Application application =
        new ExecutorWatch.Application() {

          private int look;

          @Override
          public boolean hasJobs() {
            all.countDown();
            return looks[Math.min(look++, looks.length - 1)].jobs();
          }

          @Override
          public boolean hasExecutors() {
            return looks[Math.min(look, looks.length) - 1].executors();
          }

          @Override
          public void cancel(String reason) {
            cancelled.add(reason);
            while (all.getCount() > 0) { // it looks no more
              all.countDown();
            }
          }
        };
    try (ExecutorWatch watch =
        new ExecutorWatch(console, application, lost, CONF, Duration.ofMillis(10))) {
      assertThat(all.await(1, TimeUnit.MINUTES)).as("%s has looked", watch).isTrue();
    }
    return err.toString();
  }

  private static LostExecutors lost(int count) {
    LostExecutors lost = new LostExecutors();
    for (int i = 0; i < count; i++) {
      lost.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "" + i, "no libtorch " + i));
      lost.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "" + i, "exit code 1"));
    }
    return lost;
  }

  @Test
  void saysOnceThatThereIsNoExecutor() throws InterruptedException {
    assertThat(printed(new LostExecutors(), IDLE, STARVED, STARVED).lines())
        .containsExactly("warning: " + ExecutorWatch.line(CONF));
    assertThat(cancelled).isEmpty();
  }

  @Test
  void waitsForOneThatStarts() throws InterruptedException {
    assertThat(printed(new LostExecutors(), IDLE, STARVED, FED, STARVED, FED)).isEmpty();
  }

  @Test
  void cancelsJobsWhoseExecutorsOnlyEnd() throws InterruptedException {
    String ended =
        "8 executors of spark://m:7077 have ended before taking a task, the last for this reason:"
            + " no libtorch 7";

    assertThat(printed(lost(ExecutorWatch.FEWEST_LOST), STARVED).lines())
        .as("said before it is done")
        .containsExactly("warning: " + ended);
    assertThat(cancelled).containsExactly("because " + ended);
  }

  @Test
  void cancelsNothingWhileFewHaveEnded() throws InterruptedException {
    assertThat(printed(lost(1), STARVED).lines())
        .containsExactly(
            "warning: 1 executor of spark://m:7077 has ended before taking a task, the last for"
                + " this reason: no libtorch 0");
    assertThat(cancelled).isEmpty();
  }

  @Test
  void cancelsNothingOnceATaskHasBegun() throws InterruptedException {
    LostExecutors lost = lost(20);
    lost.onTaskStart(null);

    assertThat(printed(lost, FED)).isEmpty();
    assertThat(cancelled).isEmpty();
  }

  @Test
  void forgetsExecutorsThatNobodyNeeded() throws InterruptedException {
    assertThat(printed(lost(20), IDLE, FED)).isEmpty();
    assertThat(cancelled).isEmpty();
  }

  @Test
  void namesTheSettings() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.master", "spark://host:7077")
            .set("spark.executor.memory", "24g")
            .set("spark.executor.resource.gpu.amount", "1")
            .set("spark.task.cpus", "4")
            .set("spark.prumerge.model", "/models/llava");

    assertThat(ExecutorWatch.line(conf))
        .isEqualTo(
            "spark://host:7077 has started no executor yet; it needs one with"
                + " spark.executor.memory=24g, spark.executor.cores=(the master's default),"
                + " spark.executor.resource.gpu.amount=1 (without GPUs take a -cpu.conf) free: lower"
                + " these, and spark.task.cpus=4 to those cores, or stop what holds the cluster; executors load"
                + " spark.prumerge.model=/models/llava");
    assertThat(ExecutorWatch.line(new SparkConf(false).set("spark.master", "yarn")))
        .isEqualTo(
            "yarn has started no executor yet; it needs one with spark.executor.memory=1g,"
                + " spark.executor.cores=(the master's default) free: lower these, or stop what"
                + " holds the cluster");
  }
}
