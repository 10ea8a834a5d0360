package io.prumerge.run;

import io.prumerge.spark.version.Sequences;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts answers and the work behind them while tasks run. On the driver an accumulator's value
 * changes only when a task ends, so this class reads the counts of running tasks from the
 * executors' heartbeats.
 */
final class WorkCounter extends SparkListener implements AutoCloseable {

  private final SparkContext context;
  private final LongAccumulator answers;
  private final DoubleAccumulator flops;
  private final Map<Long, WorkDone> byTask = new HashMap<>();

  /** Creates the accumulators and starts to listen. */
  WorkCounter(SparkContext context) {
    this.context = context;
    this.answers = context.longAccumulator("answers");
    this.flops = context.doubleAccumulator("estimated FLOPs");
    context.addSparkListener(this);
  }

  /** Returns the accumulator of answers. */
  LongAccumulator answers() {
    return answers;
  }

  /** Returns the accumulator of estimated FLOPs. */
  DoubleAccumulator flops() {
    return flops;
  }

  /** Returns the work so far; too much if tasks are repeated. */
  synchronized WorkDone done() {
    return byTask.values().stream().reduce(WorkDone.NOTHING, WorkDone::plus);
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    Sequences.list(heartbeat.accumUpdates())
        .forEach(task -> update((Long) task._1(), Sequences.list(task._4())));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    update(end.taskInfo().taskId(), Sequences.list(end.taskInfo().accumulables().toSeq()));
  }

  /** Keeps the larger value, as a heartbeat may arrive after the task's end. */
  private synchronized void update(long task, List<AccumulableInfo> accumulables) {
    for (AccumulableInfo info : accumulables) {
      if (info.update().isDefined() && info.id() == answers.id()) {
        byTask.merge(task, new WorkDone((Long) info.update().get(), 0), WorkDone::max);
      } else if (info.update().isDefined() && info.id() == flops.id()) {
        byTask.merge(task, new WorkDone(0, (Double) info.update().get()), WorkDone::max);
      }
    }
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
