package io.prumerge.generation;

import io.prumerge.model.PassLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.GreedyPasses;
import java.util.ArrayList;
import java.util.List;

/**
 * Greedy answers for groups of questions.
 *
 * <p>As {@code transformers}' greedy search: fp32 logits of the last position, end-of-sequence
 * banned while fewer than min_new_tokens are there, argmax, lowest id on ties.
 *
 * <p>Thread-safe: each caller has a {@link Scheduler} with passes of its own. They share the
 * limits, which follow the device's memory.
 */
public final class GreedyDecoding {

  private final GreedyPasses passes;
  private final PassBudget budget;

  /**
   * @param limits of each pass; they fall while the device has no memory for them
   */
  public GreedyDecoding(GreedyPasses passes, PassLimits limits) {
    this.passes = passes;
    this.budget = new PassBudget(limits);
  }

  /** Returns the limits of later passes. */
  public PassLimits limits() {
    return budget.limits();
  }

  /**
   * Returns a scheduler of passes.
   *
   * @param passed is run after each of them
   */
  public Scheduler scheduler(Runnable passed) {
    return new Scheduler(budget, passes, passed);
  }

  /**
   * Answers every question of every group; results in the groups' and questions' order.
   *
   * @throws RuntimeException if a pass fails for one group alone, otherwise than by memory
   */
  public List<List<Generation>> generate(List<PromptGroup> groups) {
    try (Scheduler scheduler = scheduler(() -> {})) {
      List<Collected> collected = new ArrayList<>();
      for (PromptGroup group : groups) {
        Collected answers = new Collected();
        collected.add(answers);
        scheduler.add(group, answers);
      }
      while (scheduler.busy()) {
        scheduler.step();
      }
      return collected.stream().map(Collected::answers).toList();
    }
  }

  /** Keeps the answers for who asks later. */
  private static final class Collected implements GroupCaller {
    private List<Generation> answers;

    List<Generation> answers() {
      return answers;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void answered(List<Generation> all) {
      answers = all;
    }

    @Override
    public void failed(Throwable why) {
      if (why instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(why);
    }
  }
}
