package io.prumerge.spark;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/**
 * What the executors have reported of their metrics, summed for the driver's sinks. Spark's web
 * page, and so its servlet for Prometheus, prints the driver's metrics only, and no executor has a
 * page of its own.
 */
final class ExecutorTotals extends SparkListener {

  private final Map<String, Map<String, Long>> counts = new HashMap<>();
  private final Map<String, Map<String, Long>> levels = new HashMap<>();

  /**
   * Registers a gauge for each metric of a report, called {@code executors.} and the metric's name:
   * the metrics of an executor in the driver's own JVM have the names alone.
   *
   * @param names a report with all metrics, whatever their values
   */
  void register(MetricRegistry registry, ExecutorReport names) {
    for (String name : names.counts().keySet()) {
      registry.register("executors." + name, (Gauge<Long>) () -> sum(counts, name));
    }
    for (String name : names.levels().keySet()) {
      registry.register("executors." + name, (Gauge<Long>) () -> sum(levels, name));
    }
  }

  private synchronized long sum(Map<String, Map<String, Long>> reported, String name) {
    return reported.values().stream()
        .mapToLong(values -> Math.max(0, values.getOrDefault(name, 0L)))
        .sum();
  }

  /** Takes an executor's report in place of its earlier ones. */
  synchronized void reported(ExecutorReport report) {
    counts.put(report.executor(), report.counts());
    levels.put(report.executor(), report.levels());
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    levels.remove(removed.executorId());
  }
}
