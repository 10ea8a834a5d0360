package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.spark.version.Sequences;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.Success$;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple4;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;

class WorkCounterTest {

  private static <T> Seq<T> seq(T element) {
    return Sequences.sequence(List.of(element));
  }

  private static AccumulableInfo info(long id, Object count) {
    return new AccumulableInfo(
        id,
        Option.apply("a counter"),
        Option.apply(count),
        Option.empty(),
        false,
        false,
        Option.empty());
  }

  private static SparkListenerExecutorMetricsUpdate heartbeat(long task, AccumulableInfo info) {
    return new SparkListenerExecutorMetricsUpdate(
        "0",
        seq(new Tuple4<>((Object) task, (Object) 0, (Object) 0, seq(info))),
        Map$.MODULE$.empty());
  }

  private static SparkListenerTaskEnd end(long task, AccumulableInfo info) {
    TaskInfo ended = new TaskInfo(task, 0, 0, 0, 0, "0", "localhost", TaskLocality.ANY(), false);
    ended.setAccumulables(seq(info));
    return new SparkListenerTaskEnd(
        0, 0, "ResultTask", Success$.MODULE$, ended, new ExecutorMetrics(), null);
  }

  @Test
  void countsRunningTasksByTheirHeartbeatAndEndedOnesByTheirEnd() {
    SparkContext context = LocalSpark.session().sparkContext();
    try (WorkCounter counter = new WorkCounter(context)) {
      long id = counter.answers().id();
      long flops = counter.flops().id();
      assertThat(counter.done()).isEqualTo(WorkDone.NOTHING);

      counter.onExecutorMetricsUpdate(heartbeat(7, info(id, 3L)));
      counter.onExecutorMetricsUpdate(heartbeat(7, info(flops, 1e30)));
      counter.onExecutorMetricsUpdate(heartbeat(8, info(id, 2L)));
      counter.onExecutorMetricsUpdate(heartbeat(8, info(flops + id + 1, 100L)));
      assertThat(counter.done()).as("two tasks run").isEqualTo(new WorkDone(5, 1e30));

      counter.onTaskEnd(end(7, info(id, 4L)));
      counter.onExecutorMetricsUpdate(heartbeat(7, info(id, 3L)));
      assertThat(counter.done())
          .as("a heartbeat arrives after its task's end")
          .isEqualTo(new WorkDone(6, 1e30));
    }
  }
}
