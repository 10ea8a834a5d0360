package io.prumerge.estimate;

import io.prumerge.cost.TokenSchedule;
import java.util.OptionalInt;

/**
 * The point below which fewer visual tokens no longer save time: with at most {@code visualTokens},
 * every matrix of the decoder's layers takes as long as reading its weights.
 *
 * @param visualTokens the largest such number; empty if it exceeds every prompt
 * @param seconds of the prefill without visual tokens, the least that pruning can reach
 */
public record PruningFloor(OptionalInt visualTokens, double seconds) {

  /** More tokens than any prompt has. */
  private static final int BEYOND = 1 << 20;

  static PruningFloor of(Scenario scenario, Arithmetic arithmetic) {
    int floor = Math.max(1, scenario.textTokens());
    Work least = arithmetic.prefill(TokenSchedule.constant(floor));
    return new PruningFloor(
        threshold(scenario, arithmetic), least.pass().seconds(scenario.hardware()));
  }

  /**
   * The arithmetic intensity of a matrix rises with the rows, so the bound changes at most once.
   */
  private static OptionalInt threshold(Scenario scenario, Arithmetic arithmetic) {
    if (memoryBound(scenario, arithmetic, BEYOND)) {
      return OptionalInt.empty();
    }
    int bound = 0;
    int free = BEYOND;
    while (free - bound > 1) {
      int middle = (bound + free) / 2;
      if (memoryBound(scenario, arithmetic, middle)) {
        bound = middle;
      } else {
        free = middle;
      }
    }
    return OptionalInt.of(Math.max(0, bound - scenario.textTokens()));
  }

  private static boolean memoryBound(Scenario scenario, Arithmetic arithmetic, int tokens) {
    return arithmetic.matrices(tokens).stream()
        .allMatch(matrix -> matrix.memoryBound(scenario.hardware()));
  }
}
