package io.prumerge.generation;

import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.PromptGroup.FirstKept;
import io.prumerge.model.greedy.GreedyPasses;
import io.prumerge.model.greedy.Packs;
import io.prumerge.model.greedy.QuestionState;
import io.prumerge.reduction.LayerCut;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Questions that are answered behind one prefix.
 *
 * @param group the questions' texts, with the tokens that they had when the unit was made
 * @param questions their states, in the group's order
 * @param asked the group that they were asked in
 */
record PromptUnit(PromptGroup group, List<QuestionState> questions, AskedGroup asked) {

  /**
   * Returns a group as one unit where its questions can be packed behind their prefix: packing pays
   * where there is one, and it cannot be where the rotation follows the length.
   */
  static Stream<PromptUnit> of(PromptGroup group, Scheduler.Caller caller, GreedyPasses passes) {
    List<QuestionState> all = QuestionState.of(group);
    AskedGroup asked = new AskedGroup(group, all, caller);
    boolean apart = group.prefixRows() == 0 || passes.followLength(group);
    return apart
        ? IntStream.range(0, all.size())
            .mapToObj(q -> new PromptUnit(group.part(q, q + 1), all.subList(q, q + 1), asked))
        : Stream.of(new PromptUnit(group, all, asked));
  }

  /**
   * Returns the questions that are not answered, to go on behind an empty cache with the tokens
   * they have; from their start where the rotation follows the length, since there the keys of a
   * sequence are not those of its beginning, and where a prompt's rows see tokens that its answer's
   * do not. None where all are answered.
   */
  Optional<PromptUnit> rest(GreedyPasses passes) {
    List<QuestionState> active = questions.stream().filter(QuestionState::active).toList();
    if (passes.followLength(group) || group.dropsEarlierRows()) {
      active.forEach(QuestionState::forget);
    }
    return active.isEmpty() ? Optional.empty() : Optional.of(with(active));
  }

  private PromptUnit with(List<QuestionState> some) {
    PromptGroup texts =
        group.with(
            some.stream().map(QuestionState::text).toList(),
            some.stream().map(QuestionState::left).toList());
    return new PromptUnit(texts, some, asked);
  }

  /** Returns whether the answers are still wanted. */
  boolean wanted() {
    return asked.wanted();
  }

  /**
   * Ends the questions that are not answered; who asked hears of it when none of the group is left.
   */
  void abandon() {
    questions.forEach(QuestionState::abandon);
    asked.endIfAnswered();
  }

  /** Returns the number of rows of all its prompts. */
  int rows() {
    return new Packs(group).rows(questions.size());
  }

  /** Returns the number of tokens made for all questions so far. */
  int made() {
    return questions.stream().mapToInt(QuestionState::made).sum();
  }

  /** The questions of one group in a {@link Scheduler}. Their caller hears of them once. */
  static final class AskedGroup {

    private static final String WITHOUT =
        "the device has no memory for the image's first question, by which the others are reduced";

    private final List<QuestionState> questions;
    private final Optional<FirstKept> kept;
    private final List<LayerCut> cuts;
    private final Scheduler.Caller caller;
    private boolean ended;

    /**
     * @param questions the states of the group's questions
     */
    AskedGroup(PromptGroup group, List<QuestionState> questions, Scheduler.Caller caller) {
      this.kept = group.first();
      this.cuts = group.cuts();
      this.questions = List.copyOf(questions);
      this.caller = caller;
    }

    boolean wanted() {
      return !ended && caller.wanted();
    }

    /** Hands the answers over if there are all. */
    void endIfAnswered() {
      if (!ended && questions.stream().noneMatch(QuestionState::active)) {
        ended = true;
        caller.answered(questions.stream().map(QuestionState::result).toList());
      }
    }

    /**
     * Ends a question that the device's memory does not hold. Where all use what the first one
     * keeps, and that is not known, all end with it.
     */
    void outOfMemory(QuestionState question) {
      question.outOfMemory();
      boolean unknown = kept.isPresent() && !kept.get().knows(cuts);
      if (unknown && question == questions.get(0)) {
        questions.stream()
            .filter(QuestionState::active)
            .forEach(one -> one.reductionFailed(WITHOUT));
      }
      endIfAnswered();
    }

    /** Ends the group without answers. */
    void fail(Throwable why) {
      if (!ended) {
        ended = true;
        caller.failed(why);
      }
    }
  }

  /**
   * Units that wait for their caches. What was in a pass that failed waits in parts: each of them
   * runs alone, and before all that waits besides.
   */
  static final class UnitQueues {

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

    /** Returns whether less waits than so many rows of prompts, and nothing is set apart. */
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
        queue.removeIf(unit -> !unit.wanted() && unwanted.add(unit));
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
}
