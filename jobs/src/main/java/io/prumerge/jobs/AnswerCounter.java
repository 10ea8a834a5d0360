package io.prumerge.jobs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.collection.JavaConverters;

/**
 * Counts answers while tasks give them. The accumulator's own value moves on the driver only when a
 * task ends; what the running ones have counted travels with the executors' heartbeat.
 */
final class AnswerCounter extends SparkListener implements AutoCloseable {

  private final SparkContext context;
  private final LongAccumulator answered;
  private final Map<Long, Long> byTask = new HashMap<>();

  /** Starts to listen. */
  AnswerCounter(SparkContext context) {
    this.context = context;
    this.answered = context.longAccumulator("answers");
    context.addSparkListener(this);
  }

  /** What tasks count with, one for each answer. */
  LongAccumulator answered() {
    return answered;
  }

  /** Answers so far; more than there are where tasks are repeated. */
  synchronized long count() {
    return byTask.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    JavaConverters.seqAsJavaList(heartbeat.accumUpdates())
        .forEach(task -> update((Long) task._1(), JavaConverters.seqAsJavaList(task._4())));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    update(
        end.taskInfo().taskId(),
        JavaConverters.seqAsJavaList(end.taskInfo().accumulables().toSeq()));
  }

  /** The larger of both, as a heartbeat may come after the task's end. */
  private synchronized void update(long task, List<AccumulableInfo> accumulables) {
    for (AccumulableInfo info : accumulables) {
      if (info.id() == answered.id() && info.update().isDefined()) {
        byTask.merge(task, (Long) info.update().get(), Math::max);
      }
    }
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
