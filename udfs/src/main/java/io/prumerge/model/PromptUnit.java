package io.prumerge.model;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Questions that are answered behind one prefix, and whether their request is still open.
 *
 * @param group the questions' texts, with the tokens that they had when the unit was made
 * @param questions their states, in the group's order
 * @param wanted whether to go on
 */
record PromptUnit(PromptGroup group, List<QuestionState> questions, BooleanSupplier wanted) {

  /** Questions that nothing was made for yet. */
  PromptUnit(PromptGroup group, BooleanSupplier wanted) {
    this(
        group,
        IntStream.range(0, group.suffixes().size())
            .mapToObj(q -> new QuestionState(group, q))
            .toList(),
        wanted);
  }

  /**
   * A group as one unit where its questions can be packed behind their prefix: packing pays where
   * there is one, and it cannot be where the rotation follows the length.
   */
  static Stream<PromptUnit> of(PromptGroup group, BooleanSupplier wanted, RopeFrequencies rope) {
    boolean apart = group.prefixPositions() == 0 || rope.dependsOn(group.longestPositions());
    Stream<PromptGroup> units = apart ? group.apart() : Stream.of(group);
    return units.map(unit -> new PromptUnit(unit, wanted));
  }

  /**
   * The questions that are not answered, to go on behind an empty cache with the tokens they have;
   * from their start where the rotation follows the length, since there the keys of a sequence are
   * not those of its beginning. None where all are answered.
   */
  Optional<PromptUnit> rest(RopeFrequencies rope) {
    List<QuestionState> active = questions.stream().filter(QuestionState::active).toList();
    if (rope.dependsOn(group.longestPositions())) {
      active.forEach(QuestionState::forget);
    }
    return active.isEmpty() ? Optional.empty() : Optional.of(with(active));
  }

  private PromptUnit with(List<QuestionState> some) {
    PromptGroup texts =
        group.with(
            some.stream().map(QuestionState::text).toList(),
            some.stream().map(QuestionState::left).toList());
    return new PromptUnit(texts, some, wanted);
  }

  /** The questions in two parts; as they are where there is only one. */
  List<PromptUnit> halves() {
    int all = questions.size();
    return all == 1
        ? List.of(this)
        : List.of(with(questions.subList(0, all / 2)), with(questions.subList(all / 2, all)));
  }

  /** Tokens made for all questions so far. */
  int made() {
    return questions.stream().mapToInt(QuestionState::made).sum();
  }
}
