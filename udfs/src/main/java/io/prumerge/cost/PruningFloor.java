package io.prumerge.cost;

import java.util.OptionalInt;

/**
 * Where fewer visual tokens stop to pay: with at most {@code visualTokens} every matrix of the
 * decoder's layers takes as long as reading its weights, however few tokens there are.
 *
 * @param visualTokens the largest such number; empty where it is beyond every prompt
 * @param seconds of the prefill with no visual token at all, which no pruning gets below
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

  /** The intensity of a matrix rises with the rows, so the bound changes once at most. */
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
