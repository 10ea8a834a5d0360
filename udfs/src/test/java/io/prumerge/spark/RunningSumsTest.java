package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple4;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;

@Tag("spark")
class RunningSumsTest {

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
    LongAccumulator answers = context.longAccumulator();
    DoubleAccumulator flops = context.doubleAccumulator();
    try (RunningSums sums = new RunningSums(context, List.of(answers, flops))) {
      assertThat(sums.now()).containsExactly(0, 0);

      sums.onExecutorMetricsUpdate(heartbeat(7, info(answers.id(), 3L)));
      sums.onExecutorMetricsUpdate(heartbeat(7, info(flops.id(), 1e30)));
      sums.onExecutorMetricsUpdate(heartbeat(8, info(answers.id(), 2L)));
      sums.onExecutorMetricsUpdate(heartbeat(8, info(flops.id() + 1, 100L)));
      assertThat(sums.now()).as("two tasks run").containsExactly(5, 1e30);

      sums.onTaskEnd(end(7, info(answers.id(), 4L)));
      sums.onExecutorMetricsUpdate(heartbeat(7, info(answers.id(), 3L)));
      assertThat(sums.now())
          .as("a heartbeat arrives after its task's end")
          .containsExactly(6, 1e30);
    }
  }
}
