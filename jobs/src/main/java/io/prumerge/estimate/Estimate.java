package io.prumerge.estimate;

import io.prumerge.cost.Exact;
import io.prumerge.cost.TokenSchedule;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The cost of a scenario, for the whole batch.
 *
 * @param scenario the estimated scenario
 * @param image what comes before the decoder
 * @param prefill the decoder over the prompt, which gives the first token
 * @param decodeToken the decoder over the next token
 * @param footprint bytes in memory after the prefill
 * @param floor the number of visual tokens below which further pruning no longer saves time
 * @param format in which this hardware multiplies the decoder's matrices
 */
public record Estimate(
    Scenario scenario,
    ImageStages image,
    StageEstimate prefill,
    StageEstimate decodeToken,
    Footprint footprint,
    PruningFloor floor,
    Format format) {

  /**
   * Counts everything. A count beyond 2^63 is an {@link ArithmeticException}.
   *
   * @throws IllegalArgumentException if the hardware states no rate at which the precision can run,
   *     or lacks a value that the mode needs
   */
  public static Estimate of(Scenario scenario) {
    Arithmetic arithmetic = Arithmetic.of(scenario);
    TokenSchedule prompt = scenario.sequence();
    return new Estimate(
        scenario,
        new ImageStages(
            arithmetic.vision().map(work -> StageEstimate.of(work, scenario.hardware())),
            arithmetic.reduction().map(work -> StageEstimate.of(work, scenario.hardware())),
            arithmetic.projector().map(work -> StageEstimate.of(work, scenario.hardware()))),
        StageEstimate.of(arithmetic.prefill(prompt), scenario.hardware()),
        StageEstimate.of(arithmetic.decodeToken(prompt), scenario.hardware()),
        arithmetic.footprint(prompt),
        PruningFloor.of(scenario, arithmetic),
        scenario.hardware().runsAs(arithmetic.matrices(1).get(0).format()));
  }

  /**
   * Returns the time in seconds from the image to the first token: all counted stages except the
   * decode step.
   */
  public double firstTokenSeconds() {
    return seconds(image.vision)
        + seconds(image.reduction)
        + seconds(image.projector)
        + prefill.seconds();
  }

  /** Returns the FLOPs from the image to the first token. */
  public long firstTokenFlops() {
    return Exact.sum(
        flops(image.vision), flops(image.reduction), flops(image.projector), prefill.flops());
  }

  private static double seconds(Optional<StageEstimate> stage) {
    return stage.map(StageEstimate::seconds).orElse(0.0);
  }

  private static long flops(Optional<StageEstimate> stage) {
    return stage.map(StageEstimate::flops).orElse(0L);
  }

  /**
   * The stages before the decoder; empty if the mode does not count them.
   *
   * @param vision the tower over all views
   * @param reduction selection and merging before the decoder
   * @param projector over the tokens that enter the decoder
   */
  public record ImageStages(
      Optional<StageEstimate> vision,
      Optional<StageEstimate> reduction,
      Optional<StageEstimate> projector) {}

  /**
   * The point below which fewer visual tokens no longer save time: with at most {@code
   * visualTokens}, every matrix of the decoder's layers takes as long as reading its weights.
   *
   * @param visualTokens the largest such number; empty if it exceeds every prompt
   * @param seconds of the prefill without visual tokens, the least that pruning can reach
   */
  record PruningFloor(OptionalInt visualTokens, double seconds) {

    /** More tokens than any prompt has. */
    private static final int BEYOND = 1 << 20;

    static PruningFloor of(Scenario scenario, Arithmetic arithmetic) {
      int floor = Math.max(1, scenario.prompt().textTokens());
      StageWork least = arithmetic.prefill(TokenSchedule.constant(floor));
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
      return OptionalInt.of(Math.max(0, bound - scenario.prompt().textTokens()));
    }

    private static boolean memoryBound(Scenario scenario, Arithmetic arithmetic, int tokens) {
      return arithmetic.matrices(tokens).stream()
          .allMatch(matrix -> matrix.memoryBound(scenario.hardware()));
    }
  }
}
