package io.prumerge.generation;

import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.greedy.GreedyPasses;
import io.prumerge.torch.TorchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Continuous batching: each pass takes a row of every question that is being answered, and fills up
 * with prompts that wait, while there are rows and slots for prompt and longest answer. So
 * questions begin while others go on, and a group is answered as soon as its own questions are.
 *
 * <p>A pass that fails is taken apart: its groups go on in two halves, each by itself, with the
 * tokens that they have. By memory, the limits fall too, and a question that does not fit alone has
 * no answer; otherwise a group that fails alone has none. For one thread at a time.
 */
public final class Scheduler implements AutoCloseable {

  private final PassBudget budget;
  private final GreedyPasses passes;
  private final Runnable passed;
  private final UnitQueues waiting = new UnitQueues();
  private final List<OpenUnit> open = new ArrayList<>();

  /**
   * @param passed is run after each pass
   */
  Scheduler(PassBudget budget, GreedyPasses passes, Runnable passed) {
    this.budget = budget;
    this.passes = passes;
    this.passed = passed;
  }

  /** Takes a group; its asker gets all answers at once. */
  public void add(PromptGroup group, Asker asker) {
    PromptUnit.of(group, asker, passes).forEach(waiting::add);
  }

  /** Whether any question is not answered. */
  public boolean busy() {
    return !open.isEmpty() || !waiting.isEmpty();
  }

  /** Whether more groups are useful: what waits does not fill a pass. */
  public boolean low() {
    return waiting.lessThan(budget.limits().rows());
  }

  /**
   * Drops what nobody wants, runs one pass, and hands out the answers of the groups that it ended.
   *
   * @throws TorchException if the device is lost
   */
  public void turn() {
    waiting.removeUnwanted().forEach(PromptUnit::abandon);
    end(open.stream().filter(unit -> !unit.unit().wanted()).toList());
    PassPlan plan = plan();
    if (!plan.states().isEmpty()) {
      try {
        passes.run(plan.states());
        budget.passed();
      } catch (RuntimeException e) {
        takeApart(plan, e);
      }
      passed.run();
    }
    end(open.stream().filter(unit -> unit.state().finished()).toList());
  }

  private void end(List<OpenUnit> units) {
    open.removeAll(units);
    units.forEach(OpenUnit::close);
    units.forEach(unit -> unit.unit().abandon()); // no question of those that are finished
  }

  private PassPlan plan() {
    PassPlan plan = new PassPlan(budget.limits().rows());
    open.stream().map(OpenUnit::state).filter(state -> !state.prefills()).forEach(plan::step);
    for (OpenUnit unit : open) {
      if (unit.state().prefills() && plan.hasRoom(unit.state().nextRows())) {
        plan.prefill(unit.state());
      }
    }
    Optional<PromptUnit> next = waiting.next(open.isEmpty());
    while (next.isPresent() && mayOpen(next.get(), plan)) {
      open(next.get(), plan);
      next = waiting.next(open.isEmpty());
    }
    return plan;
  }

  private boolean mayOpen(PromptUnit unit, PassPlan plan) {
    return open.isEmpty()
        || (plan.hasRoom(unit.rows()) && slots() + unit.slots() <= budget.limits().slots());
  }

  private long slots() {
    return open.stream().mapToLong(OpenUnit::slots).sum();
  }

  private void open(PromptUnit unit, PassPlan plan) {
    try {
      OpenUnit opened = OpenUnit.of(unit, passes);
      waiting.remove();
      open.add(opened);
      plan.prefill(opened.state());
    } catch (RuntimeException e) {
      if (outOfMemory(e) && !open.isEmpty()) {
        budget.lower(budget.limits().rows(), slots()); // there is room when others are done
      } else {
        waiting.remove();
        failedAlone(unit, unit.made(), e);
      }
    }
  }

  // After this, nothing is open.
  private void takeApart(PassPlan plan, RuntimeException why) {
    throwIfLost(why);
    List<OpenUnit> failed = List.copyOf(open);
    if (failed.size() > 1 && outOfMemory(why)) {
      int rows = plan.prefills() ? plan.rows() / 2 : budget.limits().rows();
      budget.lower(rows, slots() / 2);
    }
    open.clear();
    failed.forEach(OpenUnit::close);
    List<PromptUnit> left =
        failed.stream().flatMap(unit -> unit.unit().rest(passes).stream()).toList();
    if (failed.size() == 1) {
      failedAlone(left.get(0), failed.get(0).made(), why);
    } else {
      int half = left.size() / 2;
      waiting.setApart(left.subList(0, half), left.subList(half, left.size()));
    }
  }

  private void failedAlone(PromptUnit unit, int madeBefore, RuntimeException why) {
    throwIfLost(why);
    if (!outOfMemory(why)) {
      unit.asked().fail(why);
    } else if (unit.questions().size() > 1) {
      List<PromptUnit> halves = unit.halves();
      waiting.setApart(halves.subList(0, 1), halves.subList(1, 2));
    } else if (unit.made() > madeBefore) {
      waiting.setApart(List.of(unit), List.of());
    } else {
      unit.asked().outOfMemory(unit.questions().get(0));
    }
  }

  private static boolean outOfMemory(RuntimeException why) {
    return why instanceof TorchException torch && torch.outOfMemory();
  }

  private static void throwIfLost(RuntimeException why) {
    if (why instanceof TorchException torch && torch.deviceLost()) {
      throw torch;
    }
  }

  /** Ends all groups without answers. */
  public void fail(Throwable why) {
    List<PromptUnit> units =
        Stream.concat(open.stream().map(OpenUnit::unit), waiting.clear().stream()).toList();
    close();
    units.forEach(unit -> unit.asked().fail(why));
  }

  /** Frees all caches, and forgets what was asked. */
  @Override
  public void close() {
    open.forEach(OpenUnit::close);
    open.clear();
    waiting.clear();
  }
}
