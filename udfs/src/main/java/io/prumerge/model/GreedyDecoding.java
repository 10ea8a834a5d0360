package io.prumerge.model;

import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Greedy answers for groups of questions: one prefill pass with every group's prefix and question
 * texts, then steps of one row per unfinished question. Rows of all groups share each pass.
 *
 * <p>As {@code transformers}' greedy search: fp32 logits of the last position, end-of-sequence
 * banned while fewer than min_new_tokens are there, argmax, lowest id on ties.
 *
 * <p>Where the device runs out of memory, the work is cut in halves and goes on with the tokens
 * that were made; a question that does not fit alone has no answer. Thread-safe: each caller has
 * passes of its own.
 */
public final class GreedyDecoding {

  private static final Logger LOG = LoggerFactory.getLogger(GreedyDecoding.class);

  private final LanguageModel model;
  private final GreedyPasses passes;
  private volatile PassLimits limits;

  GreedyDecoding(Torch torch, LanguageModel model, StopTokens stop, PassLimits limits) {
    this.model = model;
    this.passes = new GreedyPasses(torch, model, stop);
    this.limits = limits;
  }

  /** Returns the limits of later passes. */
  PassLimits limits() {
    return limits;
  }

  /** Answers every question of every group; results in the groups' and questions' order. */
  public List<List<Generation>> generate(List<PromptGroup> groups) {
    return generate(groups, group -> true, () -> {});
  }

  /**
   * Answers as {@link #generate(List)} does, for requests that may be cancelled.
   *
   * @param wanted looked at between passes; questions of a group that is not are abandoned
   * @param passed is run after each pass
   */
  public List<List<Generation>> generate(
      List<PromptGroup> groups, IntPredicate wanted, Runnable passed) {
    List<PromptUnit> units =
        IntStream.range(0, groups.size())
            .boxed()
            .flatMap(g -> PromptUnit.of(groups.get(g), () -> wanted.test(g), model.rope()))
            .toList();
    int start = 0;
    while (start < units.size()) {
      PassLimits within = limits;
      int end = batchEnd(units, start, within);
      answer(units.subList(start, end), within, passed);
      start = end;
    }
    Iterator<Generation> answers =
        units.stream()
            .flatMap(unit -> unit.questions().stream())
            .map(QuestionState::result)
            .iterator();
    return groups.stream()
        .map(group -> group.suffixes().stream().map(question -> answers.next()).toList())
        .toList();
  }

  private static int batchEnd(List<PromptUnit> units, int start, PassLimits within) {
    long rows = 0;
    long slots = 0;
    int end = start;
    while (end < units.size()) {
      PromptGroup group = units.get(end).group();
      rows += GroupState.firstRows(group);
      slots += GroupState.slots(group);
      if (end > start && (rows > within.rows() || slots > within.slots())) {
        return end;
      }
      end++;
    }
    return end;
  }

  private void answer(List<PromptUnit> units, PassLimits within, Runnable passed) {
    int before = made(units);
    try {
      passes.run(units, passed);
    } catch (TorchException e) {
      if (!e.outOfMemory()) {
        throw e;
      }
      PassLimits less = units.size() > 1 ? within.halved() : within;
      lower(less);
      boolean alone = units.size() == 1 && units.get(0).questions().size() == 1;
      List<PromptUnit> left = units.stream().flatMap(this::rest).toList();
      if (alone && made(left) <= before) {
        units.get(0).questions().get(0).outOfMemory();
      } else {
        answerInHalves(left, less, passed);
      }
    }
  }

  private Stream<PromptUnit> rest(PromptUnit unit) {
    return unit.rest(model.rope()).stream();
  }

  private static int made(List<PromptUnit> units) {
    return units.stream().mapToInt(PromptUnit::made).sum();
  }

  private void answerInHalves(List<PromptUnit> left, PassLimits within, Runnable passed) {
    List<PromptUnit> parts = left.size() == 1 ? left.get(0).halves() : left;
    int half = parts.size() / 2;
    for (List<PromptUnit> part :
        List.of(parts.subList(0, half), parts.subList(half, parts.size()))) {
      if (!part.isEmpty()) {
        answer(part, within, passed);
      }
    }
  }

  private synchronized void lower(PassLimits less) {
    if (less.rows() < limits.rows() || less.slots() < limits.slots()) {
      limits = less;
      LOG.warn(
          "The device ran out of memory: from now on at most {} rows and {} cached positions go"
              + " through the decoder at once",
          limits.rows(),
          limits.slots());
    }
  }
}
