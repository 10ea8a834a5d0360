package io.prumerge.generation;

import io.prumerge.model.PassLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of passes. They fall when the device has no memory, and grow back: others may have
 * used it only for a while. After some passes without a failure they double, until they are what
 * they were at first. Each time that memory runs out doubles the number of passes that this takes,
 * so that a device which has no more room is tried ever more rarely. Thread-safe.
 */
final class PassBudget {

  private static final Logger LOG = LoggerFactory.getLogger(PassBudget.class);

  /** Passes before the limits double the first time. */
  static final int PASSES = 64;

  private static final int MOST_PASSES = 64 * PASSES;

  private final PassLimits ample;
  private volatile PassLimits now;
  private int needed = PASSES / 2;
  private int clean;
  private boolean failing; // since no pass ran

  /**
   * @param ample limits that are never exceeded
   */
  PassBudget(PassLimits ample) {
    this.ample = ample;
    this.now = ample;
  }

  PassLimits limits() {
    return now;
  }

  /** Lowers the limits of all passes to come to less than what the device had no memory for. */
  synchronized void lower(int rows, long slots) {
    clean = 0;
    if (!failing) {
      needed = Math.min(2 * needed, MOST_PASSES);
      failing = true;
    }
    PassLimits less = now.atMost(rows, slots);
    if (!less.equals(now)) {
      now = less;
      LOG.warn(
          "The device ran out of memory: from now on at most {} rows go through the decoder at once"
              + " and {} cached positions are kept",
          less.rows(),
          less.slots());
    }
  }

  /** A pass ran. */
  void passed() {
    if (now != ample) {
      grow();
    }
  }

  private synchronized void grow() {
    failing = false;
    clean++;
    if (clean < needed) {
      return;
    }
    clean = 0;
    PassLimits more = ample.atMost(twice(now.rows()), Math.max(now.slots(), 2 * now.slots()));
    now = more.equals(ample) ? ample : more;
    LOG.info(
        "{} passes had memory enough: {} rows and {} cached positions again",
        needed,
        now.rows(),
        now.slots());
  }

  private static int twice(int rows) {
    return (int) Math.min(Integer.MAX_VALUE, 2L * rows);
  }
}
