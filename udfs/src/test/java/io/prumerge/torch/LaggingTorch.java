package io.prumerge.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A processor that behaves as a GPU's stream does: each call only queues its work, for which the
 * device then takes a given time in addition, and the host goes on at once. It waits where a GPU's
 * host must, and nowhere else: where a result is copied to the host, and where it reads one that
 * was not.
 *
 * <p>The results are there at once, as a stream's shapes are; only the device's clock runs behind.
 * It notes what the host reads of results that no function copied to it. For one thread at a time.
 */
public final class LaggingTorch extends Torch {

  /** Functions of the script whose result is on the host. */
  private static final Set<String> TO_HOST =
      Set.of("choose", "choose_with_margins", "floats", "joined", "longs", "raw");

  /** Functions that work on the host alone. */
  private static final Set<String> ON_HOST = Set.of("wavelengths");

  private final long lag;
  private final Set<Value> onHost = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Value, String> onDevice = new IdentityHashMap<>();
  private final List<String> unfetched = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private long free = System.nanoTime();
  private int waits;
  private boolean awaiting;

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

  /** Returns the functions whose results the host read although they were on the device. */
  public List<String> unfetched() {
    return List.copyOf(unfetched);
  }

  /** Returns whether the device has done all that it was asked. */
  public boolean idle() {
    return System.nanoTime() >= free;
  }

  @Override
  public Value call(String method, Object... arguments) {
    Value result = super.call(method, arguments);
    if (ON_HOST.contains(method)) {
      onHost.add(result);
      return result;
    }
    calls.add(method);
    free = Math.max(free, System.nanoTime()) + lag;
    if (TO_HOST.contains(method)) {
      catchUp();
      onHost.add(result);
    } else if (!awaiting) { // of which only the wait counts
      onDevice.put(result, method);
    }
    awaiting = false;
    return result;
  }

  @Override
  boolean queues(Value like) {
    awaiting = true;
    return true;
  }

  @Override
  void reads(Value value) {
    super.reads(value);
    if (!onHost.contains(value)) {
      catchUp();
    }
    if (onDevice.containsKey(value)) {
      unfetched.add(onDevice.get(value));
    }
  }

  private void catchUp() {
    waits++;
    for (long left = free - System.nanoTime(); left > 0; left = free - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
