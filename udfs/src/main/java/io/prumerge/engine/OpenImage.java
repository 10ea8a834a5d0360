package io.prumerge.engine;

import io.prumerge.generation.Asker;
import io.prumerge.generation.Scheduler;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.greedy.Generation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An image whose questions are in the decoder: its request ends with the last of them. */
final class OpenImage {

  private final PendingImage image;
  private final List<List<Branch>> byTokens;
  private final Runnable freed;
  private int open;

  /**
   * @param byTokens the methods, those with the same tokens together
   * @param freed is run when the decoder is done with the tokens
   */
  OpenImage(PendingImage image, List<List<Branch>> byTokens, Runnable freed) {
    this.image = image;
    this.byTokens = byTokens;
    this.freed = freed;
  }

  /** Asks all questions; those that do not fit the checkpoint fail. */
  void ask(Scheduler scheduler) {
    Map<PromptGroup, Sharers> groups;
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

  private Map<PromptGroup, Sharers> groups() {
    AnswerSheet sheet = image.sheet();
    Map<PromptGroup, Sharers> groups = new LinkedHashMap<>();
    for (List<Branch> sharers : byTokens) {
      List<AskedQuestion> fitting = sheet.fitting(sharers);
      for (List<AskedQuestion> alike : PromptGroups.byPrefix(fitting)) {
        groups.put(sheet.groups().of(alike, sharers.get(0)), new Sharers(sharers, alike));
      }
    }
    return groups;
  }

  /** Methods that share their tokens, and so their answers. */
  private final class Sharers implements Asker {
    private final List<Branch> branches;
    private final List<AskedQuestion> questions;

    private Sharers(List<Branch> branches, List<AskedQuestion> questions) {
      this.branches = branches;
      this.questions = questions;
    }

    @Override
    public boolean wanted() {
      return image.wanted();
    }

    @Override
    public void answered(List<Generation> answers) {
      if (image.wanted()) {
        image.sheet().answer(branches, questions, answers);
      }
      close();
    }

    @Override
    public void failed(Throwable why) {
      image.fail(why);
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
    try {
      image.answer(image.wanted() ? image.sheet().answers() : List.of());
    } catch (RuntimeException | Error e) {
      image.fail(e);
    }
  }
}
