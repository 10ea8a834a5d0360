package io.prumerge.spark;

import io.prumerge.spark.version.Sequences;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.AccumulatorV2;

/**
 * Sums of growing accumulators of numbers while tasks run. On the driver an accumulator's value
 * changes only when a task ends, so this reads what running tasks have counted from the executors'
 * heartbeats. Repeated tasks count each time.
 */
public final class RunningSums extends SparkListener implements AutoCloseable {

  private final SparkContext context;
  private final List<Long> ids;
  private final Map<Long, double[]> byTask = new HashMap<>();

  /** Starts to listen, until it is closed. */
  public RunningSums(SparkContext context, List<AccumulatorV2<?, ?>> accumulators) {
    this.context = context;
    this.ids = accumulators.stream().map(AccumulatorV2::id).toList();
    context.addSparkListener(this);
  }

  /** Returns the sums at one moment, in the accumulators' order. */
  public synchronized double[] now() {
    double[] sums = new double[ids.size()];
    for (double[] counts : byTask.values()) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += counts[i];
      }
    }
    return sums;
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
      int i = ids.indexOf(info.id());
      if (i >= 0 && info.update().isDefined()) {
        double[] counts = byTask.computeIfAbsent(task, first -> new double[ids.size()]);
        counts[i] = Math.max(counts[i], ((Number) info.update().get()).doubleValue());
      }
    }
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
  }
}
