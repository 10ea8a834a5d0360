package io.prumerge.generation;

import io.prumerge.model.PassLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limits of the decoder's passes, which follow the device's memory. Thread-safe. */
final class PassBudget {

  private static final Logger LOG = LoggerFactory.getLogger(PassBudget.class);

  private final PassLimits ample;
  private final MemoryLimit rows;
  private final MemoryLimit slots;

  /**
   * @param ample limits that are never exceeded
   */
  PassBudget(PassLimits ample) {
    this.ample = ample;
    this.rows = new MemoryLimit(ample.rows());
    this.slots = new MemoryLimit(ample.slots());
  }

  PassLimits limits() {
    return new PassLimits(ample.images(), (int) rows.now(), slots.now());
  }

  /** Lowers the limits of all passes to come to less than what the device had no memory for. */
  void lower(long lessRows, long lessSlots) {
    if (rows.lower(lessRows) | slots.lower(lessSlots)) {
      LOG.warn(
          "The device ran out of memory: from now on at most {} rows go through the decoder at once"
              + " and {} cached positions are kept",
          rows.now(),
          slots.now());
    }
  }

  /** Notes that a pass ran. */
  void passed() {
    if (rows.passed() | slots.passed()) {
      LOG.info(
          "Passes had memory enough: {} rows and {} cached positions again",
          rows.now(),
          slots.now());
    }
  }
}
