package io.prumerge.generation;

import io.prumerge.model.PassLimits;
import io.prumerge.model.decoder.CacheFullException;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.Packs;
import io.prumerge.torch.TorchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Continuous batching: each pass takes a decode step of every question that is being answered, and
 * fills up with prefills of prompts that wait, while there are rows and slots for prompt and
 * longest answer. So questions begin while others go on, also those of the same image, and a group
 * is answered as soon as its own questions are.
 *
 * <p>Where memory runs out, the limits fall, and the groups that came last wait again, with the
 * tokens that they have; all others go on. A question that does not fit alone has no answer. A pass
 * that fails otherwise is taken apart: its groups go on in two halves, each separately, and a group
 * that fails alone has no answers. For one thread at a time.
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

  /** Takes a group; its caller gets all answers at once. */
  public void add(PromptGroup group, GroupCaller caller) {
    PromptUnit.of(group, caller, passes).forEach(waiting::add);
  }

  /** Returns whether any question is not answered. */
  public boolean busy() {
    return !open.isEmpty() || !waiting.isEmpty();
  }

  /**
   * Returns the number of groups in which questions are not answered, each part of one that was cut
   * apart.
   */
  public int groups() {
    return open.size() + waiting.size();
  }

  /** Returns whether more groups are useful: what waits does not fill a pass. */
  public boolean wantsMore() {
    return waiting.lessThan(budget.limits().rows());
  }

  /**
   * Drops what nobody wants, runs one pass, and completes the answers of the groups that it ended.
   *
   * @throws TorchException if the device is lost
   */
  public void step() {
    waiting.removeUnwanted().forEach(PromptUnit::abandon);
    end(open.stream().filter(unit -> !unit.unit().isOpen()).toList());
    PassPlan plan = plan();
    if (plan.rows() > 0) {
      try {
        passes.run(plan.states());
        budget.passed();
      } catch (RuntimeException e) {
        failed(plan, e);
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
    open.forEach(unit -> plan.step(unit.state()));
    List.copyOf(open).forEach(unit -> enter(unit, plan));
    Optional<PromptUnit> next = waiting.next(open.isEmpty());
    while (next.isPresent() && open(next.get(), plan)) {
      next = waiting.next(open.isEmpty());
    }
    if (plan.rows() == 0 && !open.isEmpty()) {
      breakDeadlock(plan);
    }
    return plan;
  }

  private long freeSlots() {
    return budget.limits().slots() - slots();
  }

  private long slots() {
    return open.stream().mapToLong(unit -> unit.state().slots()).sum();
  }

  // Lets questions of a group come that is open.
  private void enter(OpenUnit unit, PassPlan plan) {
    Packs packs = unit.state().packs();
    long free = freeSlots() + unit.state().evictedSlots(); // these are closed up when others come
    int end = packs.more() ? plan.end(packs, free, false) : packs.next();
    if (end == packs.next()) {
      return;
    }
    try {
      enter(unit, plan, end);
    } catch (RuntimeException e) {
      throwIfLost(e);
      if (outOfMemory(e)) {
        refused(e);
      } else {
        close(List.of(unit));
        unit.unit().asked().fail(e);
      }
    }
  }

  private void enter(OpenUnit unit, PassPlan plan, int end) {
    unit.state().enter(end);
    plan.prefill(unit.state());
  }

  // Returns whether the next unit may be looked at.
  private boolean open(PromptUnit unit, PassPlan plan) {
    Packs packs = new Packs(unit.group());
    int end = plan.end(packs, freeSlots(), open.isEmpty());
    if (end == 0) {
      return false;
    }
    try {
      OpenUnit opened = OpenUnit.of(unit, passes, end);
      waiting.remove();
      open.add(opened);
      plan.prefill(opened.state());
      return true;
    } catch (RuntimeException e) {
      throwIfLost(e);
      if (open.isEmpty() || !outOfMemory(e)) {
        waiting.remove();
        failedAlone(unit, end, packs.rows(end) / 2, false, e);
        return true;
      }
      refused(e);
      return false;
    }
  }

  // Its rows are free when others are done.
  private void refused(RuntimeException why) {
    if (!(why instanceof CacheFullException)) {
      budget.lower(budget.limits().rows(), slots());
    }
  }

  // Nothing is there to run, as prefixes have the slots that the questions after them want.
  private void breakDeadlock(PassPlan plan) {
    if (open.size() > 1) {
      waiting.addFirst(close(List.of(open.get(open.size() - 1))));
      return;
    }
    OpenUnit alone = open.get(0);
    try {
      enter(alone, plan, alone.state().packs().next() + 1);
    } catch (RuntimeException e) {
      throwIfLost(e);
      close(open).forEach(rest -> failedAlone(rest, 1, plan.rows(), alone.progressed(), e));
    }
  }

  private void failed(PassPlan plan, RuntimeException why) {
    throwIfLost(why);
    // Their tokens are there, but not the work for these.
    List<OpenUnit> finished = open.stream().filter(unit -> unit.state().finished()).toList();
    close(finished);
    finished.forEach(unit -> unit.unit().asked().fail(why));
    if (open.isEmpty()) {
      return;
    }
    if (open.size() == 1) {
      OpenUnit alone = open.get(0);
      int asked = alone.state().questionsAsked();
      int lessRows = plan.prefills() ? plan.rows() / 2 : budget.limits().rows();
      close(open).forEach(rest -> failedAlone(rest, asked, lessRows, alone.progressed(), why));
    } else if (outOfMemory(why)) {
      evict(plan);
    } else {
      List<PromptUnit> left = close(open);
      int half = left.size() / 2;
      waiting.setApart(left.subList(0, half), left.subList(half, left.size()));
    }
  }

  // What came last waits again: the prompts of the pass; the last group if it had none.
  private void evict(PassPlan plan) {
    List<OpenUnit> last =
        plan.prefills()
            ? open.stream().filter(unit -> plan.prefills(unit.state())).toList()
            : List.of(open.get(open.size() - 1));
    List<PromptUnit> left = close(last);
    open.forEach(unit -> unit.state().rollBack());
    PassLimits limits = budget.limits();
    if (last.size() > 1) {
      budget.lower(plan.rows() / 2, limits.slots());
    } else {
      budget.lower(limits.rows(), slots());
    }
    waiting.addFirst(left);
  }

  // Returns their questions that are not answered.
  private List<PromptUnit> close(List<OpenUnit> units) {
    List<OpenUnit> closed = List.copyOf(units);
    open.removeAll(closed);
    closed.forEach(OpenUnit::close);
    return closed.stream().flatMap(unit -> unit.unit().rest(passes).stream()).toList();
  }

  // asked: questions in the pass; lessRows: for the next one
  private void failedAlone(
      PromptUnit unit, int asked, int lessRows, boolean progressed, RuntimeException why) {
    if (!outOfMemory(why)) {
      unit.asked().fail(why);
    } else if (asked > 1) {
      budget.lower(lessRows, new Packs(unit.group()).slots(asked) / 2);
      waiting.addFirst(List.of(unit));
    } else {
      if (!progressed) {
        unit.asked().outOfMemory(unit.questions().get(0));
      }
      unit.rest(passes).ifPresent(rest -> waiting.addFirst(List.of(rest)));
    }
  }

  private static boolean outOfMemory(RuntimeException why) {
    return why instanceof CacheFullException
        || why instanceof TorchException torch && torch.outOfMemory();
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
