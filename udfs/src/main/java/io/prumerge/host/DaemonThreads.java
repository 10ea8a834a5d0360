package io.prumerge.host;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that keep no JVM alive, and whose names say what they are for. */
public final class DaemonThreads {

  private DaemonThreads() {}

  /** Returns a factory of threads that all have this name. */
  public static ThreadFactory named(String name) {
    return work -> daemon(work, name);
  }

  /** Returns a factory of threads that are numbered from 1. */
  public static ThreadFactory numbered(String name) {
    AtomicInteger made = new AtomicInteger();
    return work -> daemon(work, name + "-" + made.incrementAndGet());
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
