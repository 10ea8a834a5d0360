package io.prumerge.generation;

import io.prumerge.model.greedy.GroupState;
import java.util.ArrayList;
import java.util.List;

/** What goes into the next pass: steps first, then as many prompts as there is room for. */
final class PassPlan {

  private final int most;
  private final List<GroupState> states = new ArrayList<>();
  private int rows;
  private boolean prefills;

  /**
   * @param most rows, but for one group's prompts that are longer by themselves
   */
  PassPlan(int most) {
    this.most = most;
  }

  /** Adds a group's steps, which need room for no more rows than its prompts did. */
  void step(GroupState state) {
    add(state);
  }

  /** Whether there is room for the rows of prompts. */
  boolean hasRoom(int prompts) {
    return !prefills || rows + prompts <= most;
  }

  /** Adds a group's prompts. */
  void prefill(GroupState state) {
    add(state);
    prefills = true;
  }

  private void add(GroupState state) {
    states.add(state);
    rows += state.nextRows();
  }

  List<GroupState> states() {
    return states;
  }

  int rows() {
    return rows;
  }

  /** Whether there are prompts among the rows. */
  boolean prefills() {
    return prefills;
  }
}
