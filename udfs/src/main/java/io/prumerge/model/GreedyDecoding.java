package io.prumerge.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Greedy answers for groups of questions: one prefill pass with every group's prefix and question
 * texts, then steps of one row per unfinished question. Rows of all groups share each pass.
 *
 * <p>As {@code transformers}' greedy search: fp32 logits of the last position, end-of-sequence
 * banned while fewer than min_new_tokens are there, argmax, lowest id on ties.
 */
public final class GreedyDecoding {

  // More rows gain nothing in the linear layers and cost memory for activations.
  private static final int BATCH_ROWS = 4096;

  private final Torch torch;
  private final LanguageModel model;
  private final StopTokens stop;
  private final int[] ends;

  GreedyDecoding(Torch torch, LanguageModel model, StopTokens stop) {
    this.torch = torch;
    this.model = model;
    this.stop = stop;
    this.ends = stop.within(model.vocabulary());
  }

  /** Answers every question of every group; results in the groups' and questions' order. */
  public List<List<Generation>> generate(List<PromptGroup> groups) {
    List<List<Generation>> results = new ArrayList<>();
    List<PromptGroup> units = groups.stream().flatMap(group -> units(group).stream()).toList();
    List<Generation> answers = new ArrayList<>();
    int start = 0;
    while (start < units.size()) {
      int end = batchEnd(units, start);
      answers.addAll(batch(units.subList(start, end)));
      start = end;
    }
    int answer = 0;
    for (PromptGroup group : groups) {
      int questions = group.suffixes().size();
      results.add(List.copyOf(answers.subList(answer, answer + questions)));
      answer += questions;
    }
    return results;
  }

  // Packing pays where a prefix is shared; it cannot be where the rotation follows the length.
  private List<PromptGroup> units(PromptGroup group) {
    int longest =
        IntStream.range(0, group.suffixes().size())
            .map(q -> group.promptPositions(q) + group.limits().get(q).maxNewTokens())
            .max()
            .orElseThrow();
    boolean apart = group.prefixPositions() == 0 || model.rope().dependsOn(longest);
    return apart ? group.apart().toList() : List.of(group);
  }

  private static int batchEnd(List<PromptGroup> units, int start) {
    int rows = 0;
    int end = start;
    while (end < units.size()
        && (end == start || rows + GroupState.firstRows(units.get(end)) <= BATCH_ROWS)) {
      rows += GroupState.firstRows(units.get(end++));
    }
    return end;
  }

  private List<Generation> batch(List<PromptGroup> groups) {
    List<GroupState> states = new ArrayList<>();
    try {
      groups.forEach(group -> states.add(new GroupState(group, model)));
      List<GroupState> left = states;
      while (!left.isEmpty()) {
        prefill(left);
        decode(left);
        left = left.stream().filter(GroupState::hasMorePacks).toList();
      }
      return states.stream().flatMap(state -> state.results().stream()).toList();
    } finally {
      states.forEach(GroupState::close);
    }
  }

  private void prefill(List<GroupState> states) {
    List<Rows> rows = states.stream().map(GroupState::nextPack).toList();
    List<QuestionState> asked = active(states);
    double millis = pass(rows, asked);
    int total = rows.stream().mapToInt(Rows::count).sum();
    for (int g = 0; g < rows.size(); g++) {
      Rows group = rows.get(g);
      states.get(g).prefilled(group, group.cache().used(), millis * group.count() / total);
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
          asked.get(row++).decoded(new PassWork(1, group.cache().used(), 1), millis);
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
    return states.stream().filter(state -> !state.active().isEmpty()).toList();
  }
}
