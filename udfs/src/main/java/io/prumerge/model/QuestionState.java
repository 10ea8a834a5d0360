package io.prumerge.model;

import java.util.ArrayList;
import java.util.List;

/** One question while it is being answered. */
final class QuestionState {

  private final int promptPositions;
  private final PromptGroup.Limits limits;
  private final List<Integer> ids = new ArrayList<>();
  private Generation.Finish finish;
  private PassWork work = PassWork.NONE;
  private double prefillMillis;
  private double decodeMillis;

  QuestionState(int promptPositions, PromptGroup.Limits limits) {
    this.promptPositions = promptPositions;
    this.limits = limits;
  }

  /** Takes the next token; -1 where there was none to choose. */
  void accept(int id, StopTokens stop) {
    if (id < 0) {
      finish = Generation.Finish.NOT_FINITE;
      return;
    }
    ids.add(id);
    if (stop.contains(id)) {
      finish = Generation.Finish.EOS;
    } else if (ids.size() == limits.maxNewTokens()) {
      finish = Generation.Finish.LENGTH;
    }
  }

  /** Ends it without an answer unless it has one. */
  void abandon() {
    if (active()) {
      finish = Generation.Finish.ABANDONED;
    }
  }

  void prefilled(PassWork ran, double millis) {
    work = work.plus(ran);
    prefillMillis += millis;
  }

  void decoded(PassWork ran, double millis) {
    work = work.plus(ran);
    decodeMillis += millis;
  }

  boolean active() {
    return finish == null;
  }

  /** Whether an end-of-sequence token may not come yet. */
  boolean mustGoOn() {
    return ids.size() < limits.minNewTokens();
  }

  int lastId() {
    return ids.get(ids.size() - 1);
  }

  /** Rotary position of the token chosen last. */
  int lastPosition() {
    return promptPositions + ids.size() - 1;
  }

  Generation result() {
    return new Generation(
        ids.stream().mapToInt(Integer::intValue).toArray(),
        finish,
        work,
        prefillMillis,
        decodeMillis);
  }
}
