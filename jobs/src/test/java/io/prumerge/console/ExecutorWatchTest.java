package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ExecutorWatchTest {

  /** Returns what is printed when the looks find this, one after the other. */
  private static String printed(Boolean... starved) throws InterruptedException {
    StringWriter err = new StringWriter();
    PrintWriter writer = new PrintWriter(err, true);
    Console console = new Console(writer, writer, Console.UNLIMITED);
    Iterator<Boolean> looks = List.of(starved).iterator();
    CountDownLatch last = new CountDownLatch(starved.length);
    try (ExecutorWatch watch =
        new ExecutorWatch(
            console,
            () -> {
              boolean now = looks.hasNext() && looks.next();
              last.countDown();
              return now;
            },
            "nothing here",
            Duration.ofMillis(20))) {
      last.await(2, TimeUnit.SECONDS);
      Thread.sleep(100); // the last look's line, and no further one
      assertThat(watch).isNotNull();
    }
    return err.toString();
  }

  @Test
  void saysOnceThatThereIsNoExecutor() throws InterruptedException {
    assertThat(printed(false, true, true).lines()).containsExactly("warning: nothing here");
  }

  @Test
  void waitsForOneThatStarts() throws InterruptedException {
    assertThat(printed(false, true, false, true, false)).isEmpty();
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
                + " spark.executor.resource.gpu.amount=1 free: lower these, and spark.task.cpus=4"
                + " to those cores, or stop what holds the cluster; executors load"
                + " spark.prumerge.model=/models/llava");
    assertThat(ExecutorWatch.line(new SparkConf(false).set("spark.master", "yarn")))
        .isEqualTo(
            "yarn has started no executor yet; it needs one with spark.executor.memory=1g,"
                + " spark.executor.cores=(the master's default) free: lower these, or stop what"
                + " holds the cluster");
  }
}
