package io.prumerge.leaderboard;

import io.prumerge.store.Table;
import java.util.OptionalDouble;

/**
 * A method's score on easy and on hard questions of one benchmark. A question is easy if the image
 * made smaller before the tower, to the same number of tokens, gets at least half of the score;
 * what a method adds to plain down-sampling shows in the others. After VTC-Bench (2025), which
 * splits benchmarks by down-sampling.
 *
 * @param budget of the method and of the control, as in {@code report/leaderboard}
 * @param control the method that makes the image smaller: {@code downsample}, or else {@code
 *     resize}
 * @param nEasy easy questions
 * @param scoreEasy the method's mean score over them, in percent
 * @param nHard the other questions
 * @param scoreHard the method's mean score over them, in percent
 */
public record Difficulty(
    String runId,
    String model,
    String benchmark,
    String split,
    String budget,
    String control,
    String method,
    long nEasy,
    OptionalDouble scoreEasy,
    long nHard,
    OptionalDouble scoreHard) {

  /**
   * One row per run, benchmark, split and method of a budget that includes {@code downsample}, or
   * else {@code resize}. A question is easy if that smaller image gets a score of at least 0.5.
   */
  public static final Table<Difficulty> TABLE = Table.of("difficulty", Difficulty.class);
}
