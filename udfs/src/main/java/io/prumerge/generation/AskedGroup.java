package io.prumerge.generation;

import io.prumerge.model.QuestionState;
import java.util.List;

/** The questions of one group in a {@link Scheduler}. Their asker hears of them once. */
final class AskedGroup {

  private final List<QuestionState> questions;
  private final Asker asker;
  private boolean ended;

  AskedGroup(List<QuestionState> questions, Asker asker) {
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

  /** Ends the group without answers. */
  void fail(Throwable why) {
    if (!ended) {
      ended = true;
      asker.failed(why);
    }
  }
}
