package io.prumerge.console;

import io.prumerge.host.DaemonThreads;
import io.prumerge.host.SparkSetting;
import io.prumerge.lang.Text;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * Says once in one line that Spark has jobs but no executor for them, and cancels the jobs if
 * executors only start and end. Spark itself waits without an end, and says so in its log, which is
 * not shown; a standalone master starts executors again for ever.
 */
public final class ExecutorWatch implements AutoCloseable {

  /**
   * Between two looks; the second one tells, 15 to 30 seconds after the first job without an
   * executor.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Looks at executors that only end, until jobs are cancelled: a slow host may start one yet. */
  private static final int LOOKS = 5;

  /** Executors that end before any task, fewer of which cancel no jobs. */
  static final int FEWEST_LOST = 8;

  private static final String MASTER = "spark.master";
  private static final String TASK_CORES = "spark.task.cpus";

  private final Console console;
  private final Application application;
  private final LostExecutors lost;
  private final SparkConf conf;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("executor-watch"));

  /** Watches an application on a cluster until it is closed. */
  public static ExecutorWatch of(Console console, SparkContext context) {
    LostExecutors lost = new LostExecutors();
    context.addSparkListener(lost);
    return new ExecutorWatch(
        console, new RunningApplication(context), lost, context.getConf(), PATIENCE);
  }

  /**
   * @param patience between two looks
   */
  ExecutorWatch(
      Console console,
      Application application,
      LostExecutors lost,
      SparkConf conf,
      Duration patience) {
    this.console = console;
    this.application = application;
    this.lost = lost;
    this.conf = conf;
    clock.scheduleWithFixedDelay(
        new Look(), patience.toMillis(), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What is watched. */
  interface Application {

    /** Returns whether jobs are running or waiting. */
    boolean hasJobs();

    boolean hasExecutors();

    /**
     * Cancels its jobs.
     *
     * @param reason completes "job 0 cancelled"
     */
    void cancel(String reason);
  }

  private record RunningApplication(SparkContext context) implements Application {

    @Override
    public boolean hasJobs() {
      return !context.isStopped() && jobs().length > 0;
    }

    @Override
    public boolean hasExecutors() {
      // The driver is one of the executors that Spark names.
      return context.statusTracker().getExecutorInfos().length > 1;
    }

    @Override
    public void cancel(String reason) {
      for (int job : jobs()) {
        context.cancelJob(job, reason);
      }
    }

    private int[] jobs() {
      return context.statusTracker().getActiveJobIds();
    }
  }

  /** Two looks in a row, so that an executor that is just starting is waited for. */
  private final class Look implements Runnable {

    private boolean told;
    private boolean starvedBefore;
    private int failing;

    @Override
    public void run() {
      if (!application.hasJobs()) { // executors may end that nobody needs
        lost.forget();
        starvedBefore = false;
        failing = 0;
        return;
      }
      boolean starved = !application.hasExecutors();
      int ended = lost.count();
      failing = ended == 0 ? 0 : failing + 1;
      if (failing >= LOOKS && ended >= FEWEST_LOST) {
        application.cancel("because " + lost.line(conf.get(MASTER)));
        clock.shutdown();
      } else if (!told && (failing > 1 || starved && starvedBefore)) {
        console.warn("%s", ended == 0 ? line(conf) : lost.line(conf.get(MASTER)));
        told = true;
      }
      starvedBefore = starved;
    }
  }

  /** Returns the line for an application's settings. */
  static String line(SparkConf conf) {
    String gpus = conf.get("spark.executor.resource.gpu.amount", "");
    String taskCores = conf.get(TASK_CORES, "1");
    String model = conf.get(SparkSetting.MODEL.key(), "");
    return Text.format(
        "%s has started no executor yet; it needs one with spark.executor.memory=%s,"
            + " spark.executor.cores=%s%s free: lower these%s, or stop what holds the cluster%s",
        conf.get(MASTER),
        conf.get("spark.executor.memory", "1g"),
        conf.get("spark.executor.cores", "(the master's default)"),
        gpus.isEmpty()
            ? ""
            : ", spark.executor.resource.gpu.amount=" + gpus + " (without GPUs take a -cpu.conf)",
        // Spark refuses an executor with fewer cores than one task.
        taskCores.equals("1") ? "" : ", and " + TASK_CORES + "=" + taskCores + " to those cores",
        model.isEmpty() ? "" : "; executors load " + SparkSetting.MODEL.key() + "=" + model);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
