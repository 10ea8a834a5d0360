package io.prumerge.run;

import io.prumerge.console.Failure;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;

/**
 * Pieces of work of a few Spark jobs each, two of them at a time and begun in their order. Spark
 * gives its slots to the older jobs first, so the second piece only takes those that the first one,
 * coming to its end or on the driver, leaves idle.
 */
final class InFlight {

  private static final int PIECES = 2;
  private static final long PAUSE_MILLIS = 100;

  /** Something to be done, on a thread of its own. */
  interface Piece {
    void run() throws IOException;
  }

  private final SparkContext context;
  private final String group;
  private final Consumer<String> warn;

  /**
   * @param group name of the job group that the pieces' jobs are to be in
   * @param warn is told why tasks fail meanwhile
   */
  InFlight(SparkContext context, String group, Consumer<String> warn) {
    this.warn = warn;
    this.context = context;
    this.group = group;
  }

  /**
   * Does all of them.
   *
   * @throws IOException the first failure, as are unchecked exceptions; by then nothing runs any
   *     more, and those behind it were not begun
   */
  void run(List<? extends Piece> pieces) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(PIECES);
    AtomicBoolean failed = new AtomicBoolean();
    TaskFailures failures = new TaskFailures(context.isLocal(), warn);
    context.addSparkListener(failures);
    try {
      CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
      for (Piece piece : pieces) {
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
      throw new Failure("Interrupted while chunks were being answered");
    } finally {
      threads.shutdown();
      await(threads);
      context.removeSparkListener(failures);
    }
  }

  private static void run(Piece piece, AtomicBoolean failed) throws IOException {
    boolean done = false;
    try {
      piece.run();
      done = true;
    } finally {
      if (!done) { // known before this thread looks for another piece
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

  /** Cancels what runs, again and again, as a piece may be about to start its next job. */
  private void await(ExecutorService threads) {
    try {
      while (!threads.awaitTermination(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        context.cancelJobGroup(group);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
