package io.prumerge.model.decoding;

import io.prumerge.model.decoder.ChoiceRules;
import io.prumerge.model.decoder.Choices;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.LayerPass;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Greedy decoding, a pass at a time: each over the next rows of several groups. Stateless. */
public class GreedyPasses {

  private final LanguageModel model;
  private final StopTokens stop;
  private final int[] ends;
  private final double penalty;

  /**
   * @param penalty of ids that stand in a question's prompt or answer; 1 for none
   */
  public GreedyPasses(LanguageModel model, StopTokens stop, double penalty) {
    this.model = model;
    this.stop = stop;
    this.ends = stop.within(model.vocabulary());
    this.penalty = penalty;
  }

  /**
   * Returns whether keys turn with the length of their sequence where these are as long as they may
   * be.
   */
  public final boolean followLength(PromptGroup group) {
    return model.followsLength(group.longestPositions());
  }

  /**
   * Opens the caches of a group.
   *
   * @param questions their states, in the group's order
   * @param end the question after the last one that comes with the next pass
   * @throws RuntimeException if the device's memory does not hold them
   */
  public final GroupState open(PromptGroup group, List<QuestionState> questions, int end) {
    return new GroupState(group, questions, model, end);
  }

  /**
   * Runs one forward pass: prefills the prompts that begin and runs a decode step of the other
   * questions, each of which gets its next token. The time is charged by the rows that each layer
   * had, whether they are prompts or steps: a cut is charged for what it leaves.
   *
   * @throws RuntimeException if the pass fails: no question has a token of it. A group without
   *     prompts in it may go on once it has {@link GroupState#rollBack forgotten} it; the caches of
   *     the others are good for nothing
   */
  public void run(List<GroupState> states) {
    long start = System.nanoTime();
    List<Passage> passages = new ArrayList<>();
    List<List<QuestionState>> asked = new ArrayList<>();
    for (GroupState state : states) {
      passages.addAll(state.next());
      asked.add(state.asked());
    }
    Choices chosen = choose(passages, asked.stream().flatMap(List::stream).toList());
    double millis = (System.nanoTime() - start) / 1e6;
    long rows = states.stream().mapToLong(GroupState::layerRows).sum();
    int at = 0;
    for (int g = 0; g < states.size(); g++) {
      for (QuestionState question : asked.get(g)) {
        question.accept(chosen.ids()[at], chosen.margin(at), stop);
        at++;
      }
      states.get(g).ran(millis / rows);
    }
  }

  private Choices choose(List<Passage> passages, List<QuestionState> asked) {
    int[] early = IntStream.range(0, asked.size()).filter(i -> asked.get(i).mustGoOn()).toArray();
    int[] lettered =
        IntStream.range(0, asked.size()).filter(i -> !asked.get(i).letters().isEmpty()).toArray();
    ChoiceRules rules =
        new ChoiceRules(
            early,
            ends,
            said(asked),
            penalty,
            lettered,
            letters(asked),
            model.vocabulary() <= Choices.MOST_EXACT_IDS
                && asked.stream().anyMatch(QuestionState::wantsMargin));
    try (LayerPass pass = model.pass(passages, rules);
        Torch.Value logits = pass.run()) {
      return pass.choose(logits);
    }
  }

  // Places in the logits [asked, vocabulary].
  private int[] said(List<QuestionState> asked) {
    IntStream.Builder places = IntStream.builder();
    int vocabulary = model.vocabulary();
    for (int i = 0; penalty != 1 && i < asked.size(); i++) {
      int first = Math.multiplyExact(i, vocabulary);
      asked.get(i).said().filter(id -> id < vocabulary).forEach(id -> places.add(first + id));
    }
    return places.build().toArray();
  }

  // Places in the same.
  private int[] letters(List<QuestionState> asked) {
    IntStream.Builder places = IntStream.builder();
    for (int i = 0; i < asked.size(); i++) {
      int first = Math.multiplyExact(i, model.vocabulary());
      asked.get(i).letters().forEach(id -> places.add(first + id));
    }
    return places.build().toArray();
  }
}
