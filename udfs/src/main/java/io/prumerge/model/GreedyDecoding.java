package io.prumerge.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Greedy answers for groups of questions: one prefill pass with every group's prefix and question
 * texts, then steps of one row per unfinished question. Rows of all groups share each pass.
 *
 * <p>As {@code transformers}' greedy search: fp32 logits of the last position, end-of-sequence
 * banned while fewer than min_new_tokens are there, argmax, lowest id on ties.
 *
 * <p>Where the device runs out of memory, the work is cut in halves and done again; a question that
 * does not fit alone has no answer. Thread-safe: each caller has passes of its own.
 */
public final class GreedyDecoding {

  private final Torch torch;
  private final LanguageModel model;
  private final StopTokens stop;
  private final int[] ends;
  private volatile PassLimits limits;

  GreedyDecoding(Torch torch, LanguageModel model, StopTokens stop, PassLimits limits) {
    this.torch = torch;
    this.model = model;
    this.stop = stop;
    this.ends = stop.within(model.vocabulary());
    this.limits = limits;
  }

  /** Answers every question of every group; results in the groups' and questions' order. */
  public List<List<Generation>> generate(List<PromptGroup> groups) {
    return generate(groups, group -> true);
  }

  /**
   * The same while somebody waits for it.
   *
   * @param wanted looked at between passes; questions of a group that is not are abandoned
   */
  public List<List<Generation>> generate(List<PromptGroup> groups, IntPredicate wanted) {
    List<PromptUnit> units =
        IntStream.range(0, groups.size())
            .boxed()
            .flatMap(g -> PromptUnit.of(groups.get(g), () -> wanted.test(g), model.rope()))
            .toList();
    List<Generation> answers = new ArrayList<>();
    int start = 0;
    while (start < units.size()) {
      int end = batchEnd(units, start);
      answers.addAll(answer(units.subList(start, end)));
      start = end;
    }
    List<List<Generation>> results = new ArrayList<>();
    int answer = 0;
    for (PromptGroup group : groups) {
      int questions = group.suffixes().size();
      results.add(List.copyOf(answers.subList(answer, answer + questions)));
      answer += questions;
    }
    return results;
  }

  private int batchEnd(List<PromptUnit> units, int start) {
    long rows = 0;
    long slots = 0;
    int end = start;
    while (end < units.size()) {
      PromptGroup group = units.get(end).group();
      rows += GroupState.firstRows(group);
      slots += GroupState.slots(group);
      if (end > start && (rows > limits.rows() || slots > limits.slots())) {
        return end;
      }
      end++;
    }
    return end;
  }

  private List<Generation> answer(List<PromptUnit> units) {
    try {
      return batch(units);
    } catch (TorchException e) {
      if (!e.outOfMemory()) {
        throw e;
      }
      return answerInHalves(units);
    }
  }

  private List<Generation> answerInHalves(List<PromptUnit> units) {
    List<PromptUnit> smaller = units;
    if (units.size() == 1) {
      smaller = units.get(0).halves();
      if (smaller.size() == 1) {
        return List.of(Generation.outOfMemory());
      }
    } else {
      limits = limits.halved();
    }
    int half = smaller.size() / 2;
    List<Generation> answers = new ArrayList<>(answer(smaller.subList(0, half)));
    answers.addAll(answer(smaller.subList(half, smaller.size())));
    return answers;
  }

  private List<Generation> batch(List<PromptUnit> units) {
    List<GroupState> states = new ArrayList<>();
    try {
      units.forEach(unit -> states.add(new GroupState(unit, model)));
      List<GroupState> left = wanted(states);
      while (!left.isEmpty()) {
        prefill(left);
        decode(left);
        left = wanted(left.stream().filter(GroupState::hasMorePacks).toList());
      }
      return states.stream().flatMap(state -> state.results().stream()).toList();
    } finally {
      states.forEach(GroupState::close);
    }
  }

  private static List<GroupState> wanted(List<GroupState> states) {
    states.stream().filter(state -> !state.wanted()).forEach(GroupState::abandon);
    return states.stream().filter(GroupState::wanted).toList();
  }

  private void prefill(List<GroupState> states) {
    List<Rows> rows = states.stream().map(GroupState::nextPack).toList();
    List<QuestionState> asked = active(states);
    double millis = pass(rows, asked);
    int total = rows.stream().mapToInt(Rows::count).sum();
    for (int g = 0; g < rows.size(); g++) {
      Rows group = rows.get(g);
      states.get(g).prefilled(group, millis * group.count() / total);
    }
  }

  private void decode(List<GroupState> states) {
    List<GroupState> unfinished = unfinished(states);
    while (!unfinished.isEmpty()) {
      List<Rows> rows = unfinished.stream().map(GroupState::nextStep).toList();
      List<QuestionState> asked = active(unfinished);
      double millis = pass(rows, asked) / asked.size();
      int row = 0;
      for (Rows group : rows) {
        for (int i = 0; i < group.count(); i++) {
          asked.get(row++).decoded(group.cache().work(1).plus(PassWork.HEAD), millis);
        }
      }
      unfinished = unfinished(unfinished);
    }
  }

  // Runs the rows and gives each asked question its next token; returns the milliseconds.
  private double pass(List<Rows> rows, List<QuestionState> asked) {
    long start = System.nanoTime();
    int[] early = IntStream.range(0, asked.size()).filter(i -> asked.get(i).mustGoOn()).toArray();
    try (Torch.Value logits = model.forward(rows);
        Torch.Value chosen = torch.call("choose", logits, early, ends)) {
      long[] ids = chosen.toLongs(torch);
      for (int i = 0; i < ids.length; i++) {
        asked.get(i).accept(Math.toIntExact(ids[i]), stop);
      }
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static List<QuestionState> active(List<GroupState> states) {
    return states.stream().flatMap(state -> state.active().stream()).toList();
  }

  private static List<GroupState> unfinished(List<GroupState> states) {
    return wanted(states).stream().filter(state -> !state.active().isEmpty()).toList();
  }
}
