package io.prumerge.generation;

import io.prumerge.model.decoder.FirstQuestionCuts;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.QuestionState;
import io.prumerge.reduction.LayerCut;
import java.util.List;
import java.util.Optional;

/** The questions of one group in a {@link Scheduler}. Their caller hears of them once. */
final class AskedGroup {

  private static final String WITHOUT =
      "the device has no memory for the image's first question, by which the others are reduced";

  private final List<QuestionState> questions;
  private final Optional<FirstQuestionCuts> kept;
  private final List<LayerCut> cuts;
  private final GroupCaller caller;
  private boolean ended;

  /**
   * @param questions the states of the group's questions
   */
  AskedGroup(PromptGroup group, List<QuestionState> questions, GroupCaller caller) {
    this.kept = group.first();
    this.cuts = group.cuts();
    this.questions = List.copyOf(questions);
    this.caller = caller;
  }

  boolean isOpen() {
    return !ended && caller.isOpen();
  }

  /** Hands the answers over if there are all. */
  void endIfAnswered() {
    if (!ended && questions.stream().noneMatch(QuestionState::active)) {
      ended = true;
      caller.answered(questions.stream().map(QuestionState::result).toList());
    }
  }

  /**
   * Ends a question that the device's memory does not hold. Where all use what the first one keeps,
   * and that is not known, all end with it.
   */
  void outOfMemory(QuestionState question) {
    question.outOfMemory();
    boolean unknown = kept.isPresent() && !kept.get().knows(cuts);
    if (unknown && question == questions.get(0)) {
      questions.stream().filter(QuestionState::active).forEach(one -> one.reductionFailed(WITHOUT));
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
