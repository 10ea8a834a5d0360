package io.prumerge.load;

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

  /** Runs nothing from now on. */
  @Override
  public void close() {
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
