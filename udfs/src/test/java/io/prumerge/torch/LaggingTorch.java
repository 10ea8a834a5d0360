package io.prumerge.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A processor that behaves as a GPU's stream does: each call only queues its work, for which the
 * device then takes a given time in addition, and the host goes on at once. It waits where a GPU's
 * host must, and nowhere else: where a result is copied to the host, and where it reads one that
 * was not.
 *
 * <p>The results are there at once, as a stream's shapes are; only the device's clock runs behind.
 * For one thread at a time.
 */
public final class LaggingTorch extends Torch {

  /** Functions of the script whose result is on the host. */
  private static final Set<String> TO_HOST = Set.of("floats", "longs", "raw", "joined");

  private final long lag;
  private final Set<Value> onHost = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<String> calls = new ArrayList<>();
  private long free = System.nanoTime();
  private int waits;

  /**
   * @param lagMillis what the device takes for each call
   */
  public LaggingTorch(Torch torch, int lagMillis) {
    super(torch);
    this.lag = lagMillis * 1_000_000L;
  }

  /** Returns the functions that were called, in their order. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** Returns how often the host has waited for the device. */
  public int waits() {
    return waits;
  }

  /** Returns whether the device has done all that it was asked. */
  public boolean idle() {
    return System.nanoTime() >= free;
  }

  @Override
  public Value call(String method, Object... arguments) {
    Value result = super.call(method, arguments);
    calls.add(method);
    free = Math.max(free, System.nanoTime()) + lag;
    if (TO_HOST.contains(method)) {
      catchUp();
      onHost.add(result);
    }
    return result;
  }

  @Override
  boolean queues(Value tensor) {
    return true;
  }

  @Override
  void reads(Value value) {
    super.reads(value);
    if (!onHost.remove(value)) {
      catchUp();
    }
  }

  private void catchUp() {
    waits++;
    for (long left = free - System.nanoTime(); left > 0; left = free - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
