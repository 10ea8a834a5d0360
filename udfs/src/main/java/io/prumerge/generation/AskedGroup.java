package io.prumerge.generation;

import io.prumerge.model.decoder.FirstKept;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.greedy.QuestionState;
import io.prumerge.reduction.LayerCut;
import java.util.List;
import java.util.Optional;

/** The questions of one group in a {@link Scheduler}. Their asker hears of them once. */
final class AskedGroup {

  private static final String WITHOUT =
      "the device has no memory for the image's first question, by which the others are reduced";

  private final List<QuestionState> questions;
  private final Optional<FirstKept> kept;
  private final List<LayerCut> cuts;
  private final Asker asker;
  private boolean ended;

  /**
   * @param questions the states of the group's questions
   */
  AskedGroup(PromptGroup group, List<QuestionState> questions, Asker asker) {
    this.kept = group.first();
    this.cuts = group.cuts();
    this.questions = List.copyOf(questions);
    this.asker = asker;
  }

  boolean wanted() {
    return !ended && asker.wanted();
  }

  /** Hands the answers over if there are all. */
  void settle() {
    if (!ended && questions.stream().noneMatch(QuestionState::active)) {
      ended = true;
      asker.answered(questions.stream().map(QuestionState::result).toList());
    }
  }

  /**
   * Ends a question that the device has no room for. Where all go by what the first one keeps, and
   * that is not known, all end with it.
   */
  void outOfMemory(QuestionState question) {
    question.outOfMemory();
    boolean unknown = kept.isPresent() && !kept.get().knows(cuts);
    if (unknown && question == questions.get(0)) {
      questions.stream().filter(QuestionState::active).forEach(one -> one.reductionFailed(WITHOUT));
    }
    settle();
  }

  /** Ends the group without answers. */
  void fail(Throwable why) {
    if (!ended) {
      ended = true;
      asker.failed(why);
    }
  }
}
