package io.prumerge.generation;

import io.prumerge.model.decoding.GroupState;
import io.prumerge.model.decoding.Packs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The next pass: first the decode steps of all groups, then the prefill of as many prompts as it
 * can take.
 */
final class PassPlan {

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

  /** Adds a group's decode steps, if it has some; they need no more rows than its prompts did. */
  void step(GroupState state) {
    if (state.steps() > 0) {
      states.add(state);
      rows += state.steps();
    }
  }

  /**
   * Returns the index after the last question that may come now: as many as there are slots for, in
   * this pass if there are rows for all of them. Prompts that are too long for any pass come
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

  /** Adds the prefill of questions that have come to a group. */
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

  /** Returns whether any group has a prefill in the pass. */
  boolean prefills() {
    return !prefills.isEmpty();
  }

  /** Returns whether a group has a prefill in the pass. */
  boolean prefills(GroupState state) {
    return prefills.contains(state);
  }
}
