package io.prumerge.generation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Units that wait for their caches. What was in a pass that failed waits in parts: each of them
 * runs alone, and before all that waits besides.
 */
final class UnitQueues {

  // The last one is of those that never failed.
  private final Deque<Deque<PromptUnit>> queues = new ArrayDeque<>(List.of(new ArrayDeque<>()));

  /** Takes a unit; it is the last one to run. */
  void add(PromptUnit unit) {
    queues.getLast().add(unit);
  }

  /** Takes units that are the first ones to run, in their order. */
  void addFirst(List<PromptUnit> units) {
    for (int i = units.size() - 1; i >= 0; i--) {
      queues.peek().push(units.get(i));
    }
  }

  int size() {
    return queues.stream().mapToInt(Deque::size).sum();
  }

  boolean isEmpty() {
    return queues.stream().allMatch(Deque::isEmpty);
  }

  /**
   * Returns the unit that comes next.
   *
   * @param idle whether nothing is open: then what was set apart before is done
   */
  Optional<PromptUnit> next(boolean idle) {
    while (idle && queues.size() > 1 && queues.peek().isEmpty()) {
      queues.remove();
    }
    return Optional.ofNullable(queues.peek().peek());
  }

  /** Takes the unit out that comes next. */
  void remove() {
    queues.peek().remove();
  }

  /** Lets units run by themselves, the first part before the second. */
  void setApart(List<PromptUnit> first, List<PromptUnit> second) {
    queues.push(new ArrayDeque<>(second));
    queues.push(new ArrayDeque<>(first));
  }

  /** Returns whether fewer than {@code rows} rows of prompts wait, and nothing is set apart. */
  boolean lessThan(int rows) {
    int left = queues.size() > 1 ? 0 : rows;
    Iterator<PromptUnit> waiting = queues.peek().iterator();
    while (left > 0 && waiting.hasNext()) {
      left -= waiting.next().rows();
    }
    return left > 0;
  }

  /** Takes those out whose request is not wanted any more. */
  List<PromptUnit> removeUnwanted() {
    List<PromptUnit> unwanted = new ArrayList<>();
    for (Deque<PromptUnit> queue : queues) {
      queue.removeIf(unit -> !unit.isOpen() && unwanted.add(unit));
    }
    return unwanted;
  }

  /** Takes all units out. */
  List<PromptUnit> clear() {
    List<PromptUnit> all = queues.stream().flatMap(Deque::stream).toList();
    queues.clear();
    queues.push(new ArrayDeque<>());
    return all;
  }
}
