package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.run.InFlight.TaskFailures;
import io.prumerge.source.DataException;
import io.prumerge.spark.version.Sequences;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;

class TaskFailuresTest {

  private final List<String> said = new ArrayList<>();

  private static SparkListenerTaskEnd end(String host, TaskEndReason reason) {
    TaskInfo task = new TaskInfo(7, 0, 0, 0, 0, "0", host, TaskLocality.ANY(), false);
    return new SparkListenerTaskEnd(0, 0, "ResultTask", reason, task, new ExecutorMetrics(), null);
  }

  private static ExceptionFailure failure(Throwable thrown) {
    return new ExceptionFailure(thrown, Sequences.sequence(List.of()));
  }

  @Test
  void saysEachReasonOnceForEachHost() {
    TaskFailures failures = new TaskFailures(false, said::add);
    RuntimeException device = new IllegalStateException("CUDA error: assert\n at kernel 7");
    failures.onTaskEnd(end("a", failure(device)));
    failures.onTaskEnd(end("a", failure(device)));
    failures.onTaskEnd(
        end("b", failure(new IllegalStateException("x", new DataException("y\u001b")))));
    failures.onTaskEnd(end("b", Success$.MODULE$));
    failures.onTaskEnd(
        end(
            "b",
            new ExceptionFailure("A", null, null, "", scala.Option.empty(), null, null, null)));
    assertThat(said)
        .containsExactly(
            "a task failed on a: IllegalStateException: CUDA error: assert",
            "a task failed on b: y\uFFFD",
            "a task failed on b: A: null");
  }

  @Test
  void isSilentWhereTheFirstFailureEndsTheJob() {
    new TaskFailures(true, said::add).onTaskEnd(end("a", failure(new DataException("y"))));
    assertThat(said).isEmpty();
  }
}
