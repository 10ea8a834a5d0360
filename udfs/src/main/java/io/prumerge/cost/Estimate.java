package io.prumerge.cost;

import java.util.Optional;

/**
 * What a scenario costs; all of it for the whole batch.
 *
 * @param scenario what was asked
 * @param vision the tower over all views; empty where the mode does not count it
 * @param reduction selection and merging before the decoder; likewise
 * @param projector over the tokens that enter the decoder; likewise
 * @param prefill the decoder over the prompt, which gives the first token
 * @param decodeToken the decoder over the next token
 * @param footprint what lies in memory after the prefill
 * @param floor where fewer visual tokens stop to pay
 * @param format that the decoder's matrices are multiplied in on this hardware
 */
public record Estimate(
    Scenario scenario,
    Optional<StageEstimate> vision,
    Optional<StageEstimate> reduction,
    Optional<StageEstimate> projector,
    StageEstimate prefill,
    StageEstimate decodeToken,
    Footprint footprint,
    PruningFloor floor,
    Format format) {

  /**
   * Counts everything. A count beyond 2^63 is an {@link ArithmeticException}.
   *
   * @throws IllegalArgumentException if the hardware states no rate that the precision could run
   *     at, or lacks what the mode needs
   */
  public static Estimate of(Scenario scenario) {
    Arithmetic arithmetic = Arithmetic.of(scenario);
    TokenSchedule prompt = scenario.prompt();
    return new Estimate(
        scenario,
        arithmetic.vision().map(work -> StageEstimate.of(work, scenario.hardware())),
        arithmetic.reduction().map(work -> StageEstimate.of(work, scenario.hardware())),
        arithmetic.projector().map(work -> StageEstimate.of(work, scenario.hardware())),
        StageEstimate.of(arithmetic.prefill(prompt), scenario.hardware()),
        StageEstimate.of(arithmetic.decodeToken(prompt), scenario.hardware()),
        arithmetic.footprint(prompt),
        PruningFloor.of(scenario, arithmetic),
        scenario.hardware().runsAs(arithmetic.matrices(1).get(0).format()));
  }

  /** From the image to the first token: the stages that are counted, without the decode step. */
  public double firstTokenSeconds() {
    return seconds(vision) + seconds(reduction) + seconds(projector) + prefill.seconds();
  }

  /** FLOPs from the image to the first token. */
  public long firstTokenFlops() {
    return Exact.sum(flops(vision), flops(reduction), flops(projector), prefill.flops());
  }

  private static double seconds(Optional<StageEstimate> stage) {
    return stage.map(StageEstimate::seconds).orElse(0.0);
  }

  private static long flops(Optional<StageEstimate> stage) {
    return stage.map(StageEstimate::flops).orElse(0L);
  }
}
