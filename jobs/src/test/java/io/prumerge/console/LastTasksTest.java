package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class LastTasksTest {

  private static final CountDownLatch BEGUN = new CountDownLatch(1);
  private static final CountDownLatch GO_ON = new CountDownLatch(1);

  @Test
  void aCancelledJobsTaskIsWaitedFor() throws Exception {
    SparkContext context = LocalSpark.session().sparkContext();
    LastTasks.await(context, Duration.ofMinutes(1)); // those of other tests
    CompletableFuture<Void> job =
        CompletableFuture.runAsync(
            () -> {
              context.setJobGroup("last-tasks", "a task that takes its time", false);
              new JavaSparkContext(context)
                  .parallelize(List.of(1), 1)
                  .foreach(
                      one -> {
                        BEGUN.countDown();
                        GO_ON.await(1, TimeUnit.MINUTES);
                      });
            });
    assertThat(BEGUN.await(1, TimeUnit.MINUTES)).isTrue();
    context.cancelJobGroup("last-tasks");
    assertThatThrownBy(() -> job.get(1, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class);

    LastTasks.await(context, Duration.ofMillis(300));
    assertThat(LastTasks.count(context)).as("not longer than is said").isEqualTo(1);
    GO_ON.countDown();
    LastTasks.await(context, Duration.ofMinutes(1));
    assertThat(LastTasks.count(context)).isZero();
  }
}
