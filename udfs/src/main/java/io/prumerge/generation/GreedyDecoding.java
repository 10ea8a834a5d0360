package io.prumerge.generation;

import io.prumerge.model.Generation;
import io.prumerge.model.GreedyPasses;
import io.prumerge.model.PassLimits;
import io.prumerge.model.PromptGroup;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Greedy answers for groups of questions.
 *
 * <p>As {@code transformers}' greedy search: fp32 logits of the last position, end-of-sequence
 * banned while fewer than min_new_tokens are there, argmax, lowest id on ties.
 *
 * <p>Thread-safe: each caller has a {@link Scheduler} with passes of its own. They share the
 * limits, which fall when the device runs out of memory.
 */
public final class GreedyDecoding {

  private static final Logger LOG = LoggerFactory.getLogger(GreedyDecoding.class);

  private final GreedyPasses passes;
  private volatile PassLimits limits;

  /**
   * @param limits of each pass; they fall when the device has no memory
   */
  public GreedyDecoding(GreedyPasses passes, PassLimits limits) {
    this.passes = passes;
    this.limits = limits;
  }

  /** Returns the limits of later passes. */
  public PassLimits limits() {
    return limits;
  }

  /**
   * Returns a scheduler of passes.
   *
   * @param passed is run after each of them
   */
  public Scheduler scheduler(Runnable passed) {
    return new Scheduler(this, passes, passed);
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
        scheduler.turn();
      }
      return collected.stream().map(Collected::answers).toList();
    }
  }

  /** Keeps the answers for who asks later. */
  private static final class Collected implements Asker {
    private List<Generation> answers;

    List<Generation> answers() {
      return answers;
    }

    @Override
    public boolean wanted() {
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

  /** Lowers the limits of all passes to come to less than what the device had no memory for. */
  synchronized void lower(int rows, long slots) {
    PassLimits less = limits.atMost(rows, slots);
    if (!less.equals(limits)) {
      limits = less;
      LOG.warn(
          "The device ran out of memory: from now on at most {} rows go through the decoder at once"
              + " and {} cached positions are kept",
          less.rows(),
          less.slots());
    }
  }
}
