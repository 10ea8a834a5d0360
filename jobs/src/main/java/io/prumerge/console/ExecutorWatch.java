package io.prumerge.console;

import io.prumerge.host.DaemonThreads;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * Says once in one line that Spark has jobs but no executor for them. Spark itself waits without an
 * end, and says so in its log, which is not shown.
 */
public final class ExecutorWatch implements AutoCloseable {

  /**
   * Between two looks; the second one tells, 15 to 30 seconds after the first job without an
   * executor.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final String TASK_CORES = "spark.task.cpus";

  private final Console console;
  private final BooleanSupplier starved;
  private final String line;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("executor-watch"));

  /** Watches an application on a cluster until it is closed. */
  public static ExecutorWatch of(Console console, SparkContext context) {
    return new ExecutorWatch(
        console,
        // The driver is one of the executors that Spark names.
        () ->
            !context.isStopped()
                && context.statusTracker().getActiveJobIds().length > 0
                && context.statusTracker().getExecutorInfos().length < 2,
        line(context.getConf()),
        PATIENCE);
  }

  /**
   * @param starved whether there is work and no executor
   * @param patience between two looks
   */
  ExecutorWatch(Console console, BooleanSupplier starved, String line, Duration patience) {
    this.console = console;
    this.starved = starved;
    this.line = line;
    clock.scheduleWithFixedDelay(
        new Look(), patience.toMillis(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Two looks in a row, so that an executor that is just starting is waited for. */
  private final class Look implements Runnable {

    private boolean before;

    @Override
    public void run() {
      boolean now = starved.getAsBoolean();
      if (now && before) {
        console.warn("%s", line);
        clock.shutdown();
      }
      before = now;
    }
  }

  /** Returns the line for an application's settings. */
  static String line(SparkConf conf) {
    String gpus = conf.get("spark.executor.resource.gpu.amount", "");
    String taskCores = conf.get(TASK_CORES, "1");
    String model = conf.get("spark.prumerge.model", "");
    return String.format(
        Locale.ROOT,
        "%s has started no executor yet; it needs one with spark.executor.memory=%s,"
            + " spark.executor.cores=%s%s free: lower these%s, or stop what holds the cluster%s",
        conf.get("spark.master"),
        conf.get("spark.executor.memory", "1g"),
        conf.get("spark.executor.cores", "(the master's default)"),
        gpus.isEmpty() ? "" : ", spark.executor.resource.gpu.amount=" + gpus,
        // Spark refuses an executor with fewer cores than one task.
        taskCores.equals("1") ? "" : ", and " + TASK_CORES + "=" + taskCores + " to those cores",
        model.isEmpty() ? "" : "; executors load spark.prumerge.model=" + model);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
