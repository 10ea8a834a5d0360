package io.prumerge.load.generate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** This machine's time, with a thread for actions and one for what is done beside them. */
public final class MachineClock implements LoadClock, AutoCloseable {

  private final ScheduledThreadPoolExecutor actions =
      new ScheduledThreadPoolExecutor(
          1, named("load"), new ThreadPoolExecutor.DiscardPolicy()); // a reply after the close

  private final ThreadPoolExecutor works =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          named("load-ahead"),
          new ThreadPoolExecutor.DiscardPolicy());

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void at(long nanos, Runnable action) {
    actions.schedule(action, nanos - nanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void aside(Runnable work) {
    works.execute(work);
  }

  /** Runs what is due, such as what gives requests up, for a second at most, and then nothing. */
  @Override
  public void close() {
    CompletableFuture<Void> due = new CompletableFuture<>();
    at(nanos(), () -> due.complete(null));
    due.completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
    actions.shutdownNow();
    works.shutdownNow();
  }

  private static ThreadFactory named(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
