package io.prumerge.generation;

/**
 * How much goes through a device at once. It falls when the device has no memory, and grows back:
 * others may have used it only for a while. After some passes without a failure it doubles, until
 * it is what it was at first. Each time that memory runs out doubles the number of passes that this
 * takes, so that a device which has no more memory is tried ever more rarely. Thread-safe.
 */
public final class MemoryLimit {

  /** Passes before it doubles the first time. */
  static final int PASSES = 64;

  private static final int MOST_PASSES = 64 * PASSES;

  private final long ample;
  private volatile long now;
  private int needed = PASSES / 2;
  private int clean;
  private volatile boolean failing; // since no pass ran

  /**
   * @param ample is never exceeded; at least 1
   */
  public MemoryLimit(long ample) {
    this.ample = ample;
    this.now = ample;
  }

  public long now() {
    return now;
  }

  /**
   * Notes that memory ran out.
   *
   * @param less what may be tried next; at least 1 is
   * @return whether the limit has fallen
   */
  public synchronized boolean lower(long less) {
    clean = 0;
    if (!failing) {
      needed = Math.min(2 * needed, MOST_PASSES);
      failing = true;
    }
    long before = now;
    now = Math.max(1, Math.min(less, before));
    return now < before;
  }

  /**
   * Notes that a pass ran.
   *
   * @return whether the limit has grown
   */
  public boolean passed() {
    return (failing || now != ample) && grow();
  }

  private synchronized boolean grow() {
    failing = false;
    clean++;
    if (now == ample || clean < needed) {
      return false;
    }
    clean = 0;
    now = now > ample / 2 ? ample : 2 * now;
    return true;
  }
}
