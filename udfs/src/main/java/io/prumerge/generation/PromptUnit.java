package io.prumerge.generation;

import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.Packs;
import io.prumerge.model.decoding.QuestionState;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Questions that are answered after one prefix.
 *
 * @param group the questions' texts, with the tokens that they had when the unit was made
 * @param questions their states, in the group's order
 * @param asked the group that they were asked in
 */
record PromptUnit(PromptGroup group, List<QuestionState> questions, AskedGroup asked) {

  /**
   * Returns a group as one unit where its questions can be packed after their prefix: packing pays
   * where there is one, and it cannot be where the rotation follows the length.
   */
  static Stream<PromptUnit> of(PromptGroup group, GroupCaller caller, GreedyPasses passes) {
    List<QuestionState> all = QuestionState.of(group);
    AskedGroup asked = new AskedGroup(group, all, caller);
    boolean apart = group.prefixRows() == 0 || passes.followLength(group);
    return apart
        ? IntStream.range(0, all.size())
            .mapToObj(q -> new PromptUnit(group.part(q, q + 1), all.subList(q, q + 1), asked))
        : Stream.of(new PromptUnit(group, all, asked));
  }

  /**
   * Returns the questions that are not answered, to go on after an empty cache with the tokens they
   * have; from their start where the rotation follows the length, since there the keys of a
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
  boolean isOpen() {
    return asked.isOpen();
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
}
