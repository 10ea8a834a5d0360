package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.console.Problems;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Runs pieces of work, each a few Spark jobs, in their order and a few at a time. Spark gives its
 * slots to older jobs first, so a second piece only takes the slots that the first leaves idle,
 * near its end or while it works on the driver.
 */
public final class InFlight {

  /** Pieces at a time, if nothing else is said. */
  static final int PIECES = 2;

  private static final long PAUSE_MILLIS = 100;

  private final SparkContext context;
  private final String group;
  private final Consumer<String> warn;
  private final int atOnce;

  /** For pieces that soon end: if one fails, the jobs of another are not cancelled. */
  InFlight(SparkContext context) {
    this(context, "", reason -> {});
  }

  /**
   * @param group job group that the pieces give their jobs
   * @param warn receives the reasons of failed tasks
   */
  public InFlight(SparkContext context, String group, Consumer<String> warn) {
    this(context, group, warn, PIECES);
  }

  /**
   * @param atOnce pieces at a time
   */
  InFlight(SparkContext context, String group, Consumer<String> warn, int atOnce) {
    this.atOnce = atOnce;
    this.warn = warn;
    this.context = context;
    this.group = group;
  }

  /**
   * Runs all pieces.
   *
   * @throws IOException the first failure, as also any unchecked exception; by then no piece is
   *     running, and later pieces were not started
   */
  public void run(List<? extends WorkPiece> pieces) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    AtomicBoolean failed = new AtomicBoolean();
    TaskFailures failures = new TaskFailures(context.isLocal(), warn);
    context.addSparkListener(failures);
    try {
      CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
      for (WorkPiece piece : pieces) {
        ended.submit(
            () -> {
              if (!failed.get()) {
                run(piece, failed);
              }
              return null;
            });
      }
      for (int i = 0; i < pieces.size(); i++) {
        ended.take().get();
      }
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      failed.set(true);
      Thread.currentThread().interrupt();
      throw new Failure("Interrupted while Spark jobs were running");
    } finally {
      threads.shutdown();
      await(threads);
      context.removeSparkListener(failures);
    }
  }

  private static void run(WorkPiece piece, AtomicBoolean failed) throws IOException {
    boolean done = false;
    try {
      piece.run();
      done = true;
    } finally {
      if (!done) { // set before this thread takes another piece
        failed.set(true);
      }
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  /** Cancels running jobs repeatedly, since a piece may be about to start its next job. */
  private void await(ExecutorService threads) {
    try {
      while (!threads.awaitTermination(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        context.cancelJobGroup(group);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Reports why tasks fail on a cluster, once per host and reason, while Spark retries them:
   * otherwise a broken device would only make the job slower. In local mode the first failure ends
   * the job, which reports it.
   */
  static final class TaskFailures extends SparkListener {

    private final boolean local;
    private final Consumer<String> say;
    private final Set<String> said = new HashSet<>();

    /**
     * @param local whether tasks run in this process
     * @param say receives a line per failure
     */
    TaskFailures(boolean local, Consumer<String> say) {
      this.local = local;
      this.say = say;
    }

    /** Runs on the single thread of Spark's listeners. */
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (!local && end.reason() instanceof ExceptionFailure failure) {
        String line =
            Text.format("a task failed on %s: %s", end.taskInfo().host(), Problems.line(failure));
        if (said.add(line)) {
          say.accept(line);
        }
      }
    }
  }
}
