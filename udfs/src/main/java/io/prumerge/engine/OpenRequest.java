package io.prumerge.engine;

import io.prumerge.generation.GroupCaller;
import io.prumerge.generation.Scheduler;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An image whose questions are in the decoder: its request ends with the last of them. */
final class OpenRequest {

  private final PendingRequest pending;
  private final List<List<Branch>> byTokens;
  private final Runnable freed;
  private int open;

  /**
   * @param byTokens the methods, those with the same tokens together
   * @param freed is run when the decoder is done with the tokens
   */
  OpenRequest(PendingRequest pending, List<List<Branch>> byTokens, Runnable freed) {
    this.pending = pending;
    this.byTokens = byTokens;
    this.freed = freed;
  }

  /** Frees the tokens without asking anything. */
  void free() {
    freed.run();
  }

  /** Asks all questions; those that do not fit the checkpoint fail. */
  void ask(Scheduler scheduler) {
    Map<PromptGroup, SharedAnswers> groups;
    try {
      groups = groups();
    } catch (RuntimeException | Error e) {
      freed.run();
      throw e;
    }
    open = groups.size();
    groups.forEach(scheduler::add);
    if (open == 0) {
      end();
    }
  }

  private Map<PromptGroup, SharedAnswers> groups() {
    RequestAnswers collected = pending.collected();
    Map<PromptGroup, SharedAnswers> groups = new LinkedHashMap<>();
    for (List<Branch> sharing : byTokens) {
      List<EncodedQuestion> fitting = collected.fitting(sharing);
      for (List<EncodedQuestion> alike : PromptGroups.byPrefix(fitting)) {
        groups.put(collected.groups().of(alike, sharing.get(0)), new SharedAnswers(sharing, alike));
      }
    }
    return groups;
  }

  /** Methods that share their tokens, and so their answers. */
  private final class SharedAnswers implements GroupCaller {
    private final List<Branch> branches;
    private final List<EncodedQuestion> questions;

    private SharedAnswers(List<Branch> branches, List<EncodedQuestion> questions) {
      this.branches = branches;
      this.questions = questions;
    }

    @Override
    public boolean isOpen() {
      return pending.isOpen();
    }

    @Override
    public void answered(List<Generation> answers) {
      if (pending.isOpen()) {
        pending.collected().answer(branches, questions, answers);
      }
      close();
    }

    @Override
    public void failed(Throwable why) {
      pending.fail(why);
      close();
    }
  }

  private void close() {
    open--;
    if (open == 0) {
      end();
    }
  }

  private void end() {
    freed.run();
    pending.settle(pending.collected()::answers); // nothing comes in any more
  }
}
