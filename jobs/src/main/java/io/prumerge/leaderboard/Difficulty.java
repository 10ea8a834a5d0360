package io.prumerge.leaderboard;

import io.prumerge.store.Table;
import java.util.OptionalDouble;

/**
 * A method's score on easy and on hard questions of one benchmark. A question is easy if the image
 * made smaller before the tower, to the same number of tokens, gets at least half of the score;
 * what a method adds to plain down-sampling shows in the others. After VTC-Bench (2025), which
 * splits benchmarks by down-sampling.
 *
 * @param budget nominal budget of the method and of the control
 * @param control the method that makes the image smaller
 * @param scoreEasy mean score over the easy questions, in percent
 * @param scoreHard the same over the others
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

  /** One row per run, benchmark, split, budget and method, where down-sampling was asked too. */
  public static final Table<Difficulty> TABLE = Table.of("difficulty", Difficulty.class);
}
