package io.prumerge.run;

import io.prumerge.lease.LeaseHolder;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.apache.hadoop.fs.FileSystem;

/**
 * A driver that runs by steps of its file system: it can be suspended before any of them, and
 * continued, or killed.
 */
public abstract class SteppedDriver implements MemoryStore.Steps {

  /** A killed process: it does nothing any more, not even what it does in the end. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /** The store as this driver sees it. */
  protected final FileSystem files;

  private final Set<Integer> suspensions;
  private final int death;
  private final Semaphore going = new Semaphore(0);
  private final Semaphore stopped = new Semaphore(0);
  private final Thread thread;
  private Runnable heartbeat;
  private int step;
  private boolean killed;
  private boolean ended;
  private Throwable problem;

  /**
   * Creates a driver that has not begun.
   *
   * @param suspensions numbers of the steps before which it is suspended, from 1
   * @param death number of the step before which it is killed; 0: none
   */
  protected SteppedDriver(MemoryStore store, Set<Integer> suspensions, int death) {
    this.files = store.seenBy(this);
    this.suspensions = suspensions;
    this.death = death;
    this.thread = new Thread(this::live, "driver");
    this.thread.setDaemon(true);
  }

  /** Does all that it has to do. */
  protected abstract void work() throws IOException;

  /** Goes on until it is suspended, killed or done. */
  public final void go() {
    if (ended) {
      return;
    }
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    going.release();
    stopped.acquireUninterruptibly();
  }

  public final boolean hasEnded() {
    return ended;
  }

  /** Returns the number of steps so far. */
  public final int steps() {
    return step;
  }

  /** Returns what it failed with; null if it did not. */
  public final Throwable problem() {
    return problem instanceof Killed ? null : problem;
  }

  @Override
  public final void next() {
    step++;
    if (step == death) {
      killed = true;
    }
    if (killed) {
      throw new Killed();
    }
    if (suspensions.contains(step)) {
      stopped.release();
      going.acquireUninterruptibly();
    }
  }

  private void live() {
    going.acquireUninterruptibly();
    try {
      work();
    } catch (Throwable e) {
      problem = e;
    }
    ended = true;
    stopped.release();
  }

  /** Returns this driver as one of a host that no other one can look at. */
  protected static LeaseHolder holder() {
    return new LeaseHolder(UUID.randomUUID().toString(), "app", "far.example", "", 1, "", "", "");
  }

  /** Renews the lease, as its clock would. */
  protected final void beat() {
    heartbeat.run();
  }

  /** Returns a clock that goes by {@link #beat}. */
  protected final ScheduledExecutorService clock() {
    return (ScheduledExecutorService)
        Proxy.newProxyInstance(
            SteppedDriver.class.getClassLoader(),
            new Class<?>[] {ScheduledExecutorService.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("scheduleAtFixedRate")) {
                heartbeat = (Runnable) arguments[0];
              }
              return null;
            });
  }
}
