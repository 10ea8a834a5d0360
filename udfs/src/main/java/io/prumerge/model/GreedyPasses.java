package io.prumerge.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The passes of {@link GreedyDecoding}: prefill and steps of units that fit the device together.
 */
final class GreedyPasses {

  private final Torch torch;
  private final LanguageModel model;
  private final StopTokens stop;
  private final int[] ends;

  GreedyPasses(Torch torch, LanguageModel model, StopTokens stop) {
    this.torch = torch;
    this.model = model;
    this.stop = stop;
    this.ends = stop.within(model.vocabulary());
  }

  /**
   * Answers every question that is not answered. What was made stays with the questions also where
   * a pass fails.
   *
   * @param passed is run after each pass
   * @throws TorchException if a pass fails; by memory, if there is no room for all units at once
   */
  void run(List<PromptUnit> units, Runnable passed) {
    List<GroupState> states = new ArrayList<>();
    try {
      units.forEach(unit -> states.add(new GroupState(unit, model)));
      List<GroupState> left = wanted(states);
      while (!left.isEmpty()) {
        prefill(left, passed);
        decode(left, passed);
        left = wanted(left.stream().filter(GroupState::hasMorePacks).toList());
      }
    } finally {
      states.forEach(GroupState::close);
    }
  }

  private static List<GroupState> wanted(List<GroupState> states) {
    Map<Boolean, List<GroupState>> wanted =
        states.stream().collect(Collectors.partitioningBy(GroupState::wanted));
    wanted.get(false).forEach(GroupState::abandon);
    return wanted.get(true);
  }

  private void prefill(List<GroupState> states, Runnable passed) {
    List<Passage> groups = states.stream().map(GroupState::nextPack).toList();
    int[] counts = groups.stream().mapToInt(Passage::count).toArray();
    List<QuestionState> asked = active(states);
    double millis = pass(groups, asked);
    passed.run();
    int total = IntStream.of(counts).sum();
    for (int g = 0; g < counts.length; g++) {
      states.get(g).prefilled(groups.get(g), counts[g], millis * counts[g] / total);
    }
  }

  private void decode(List<GroupState> states, Runnable passed) {
    List<GroupState> unfinished = unfinished(states);
    while (!unfinished.isEmpty()) {
      List<Passage> groups = unfinished.stream().map(GroupState::nextStep).toList();
      List<List<QuestionState>> asked = unfinished.stream().map(GroupState::active).toList();
      List<QuestionState> all = asked.stream().flatMap(List::stream).toList();
      double millis = pass(groups, all) / all.size();
      passed.run();
      for (int g = 0; g < asked.size(); g++) {
        GroupState state = unfinished.get(g);
        asked.get(g).forEach(question -> state.decoded(question, millis));
      }
      unfinished = unfinished(unfinished);
    }
  }

  // Runs the rows and gives each asked question its next token; returns the milliseconds.
  private double pass(List<Passage> groups, List<QuestionState> asked) {
    long start = System.nanoTime();
    int[] early = IntStream.range(0, asked.size()).filter(i -> asked.get(i).mustGoOn()).toArray();
    try (Torch.Value logits = model.forward(groups);
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
