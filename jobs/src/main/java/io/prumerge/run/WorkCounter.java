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
 * Counts answers and the work behind them while tasks do it. The accumulators' own values move on
 * the driver only when a task ends; what the running ones have counted travels with the executors'
 * heartbeat.
 */
final class WorkCounter extends SparkListener implements AutoCloseable {

  private final SparkContext context;
  private final LongAccumulator answers;
  private final DoubleAccumulator flops;
  private final Map<Long, WorkDone> byTask = new HashMap<>();

  /** Starts to listen. */
  WorkCounter(SparkContext context) {
    this.context = context;
    this.answers = context.longAccumulator("answers");
    this.flops = context.doubleAccumulator("estimated FLOPs");
    context.addSparkListener(this);
  }

  /** What tasks count answers with. */
  LongAccumulator answers() {
    return answers;
  }

  /** What tasks count their work with. */
  DoubleAccumulator flops() {
    return flops;
  }

  /** All so far; more than there is where tasks are repeated. */
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

  /** The larger of both, as a heartbeat may come after the task's end. */
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
