package io.prumerge.generation;

import io.prumerge.model.PassLimits;
import io.prumerge.model.greedy.GroupState;
import io.prumerge.model.greedy.Packs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  /** What goes into the next pass: steps first, then as many prompts as it can take. */
  static final class PassPlan {

    private final int most;
    private final Set<GroupState> states = new LinkedHashSet<>();
    private final Set<GroupState> prefills = new LinkedHashSet<>();
    private int rows;

    /**
     * @param most rows, but for one group's prompts that are longer by themselves
     */
    PassPlan(int most) {
      this.most = most;
    }

    /** Adds a group's steps, if it has some; they need no more rows than its prompts did. */
    void step(GroupState state) {
      if (state.steps() > 0) {
        states.add(state);
        rows += state.steps();
      }
    }

    /**
     * Returns the index after the last question that may come now: as many as there are slots for,
     * in this pass if there are rows for all of them. Prompts that are too long for any pass come
     * without those of other groups, and no more than fit or one.
     *
     * @param slots that are free
     * @param alone whether nothing is open: then one comes at least, and no more are waited for
     */
    int end(Packs packs, long slots, boolean alone) {
      int all = Math.max(packs.end(Integer.MAX_VALUE, slots), alone ? 1 : 0);
      if (all < packs.least() && !alone) {
        return packs.next();
      }
      if (rows + packs.rows(all) <= most) {
        return all;
      }
      return prefills.isEmpty()
          ? Math.max(packs.end(most - rows, slots), Math.min(all, packs.next() + 1))
          : packs.next();
    }

    /** Adds the prompts of questions that have come to a group. */
    void prefill(GroupState state) {
      states.add(state);
      prefills.add(state);
      rows += state.promptRows();
    }

    List<GroupState> states() {
      return new ArrayList<>(states);
    }

    int rows() {
      return rows;
    }

    /** Returns whether any group has prompts among the rows. */
    boolean prefills() {
      return !prefills.isEmpty();
    }

    /** Returns whether a group has prompts among the rows. */
    boolean prefills(GroupState state) {
      return prefills.contains(state);
    }
  }
}
