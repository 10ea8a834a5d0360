package io.prumerge.estimate;

import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.Estimate.Footprint;
import io.prumerge.estimate.Pass.Operator;
import java.util.List;
import java.util.Optional;

/** The counting rules of one mode, for one {@link Scenario}. */
interface Arithmetic {

  static Arithmetic of(Scenario scenario) {
    return switch (scenario.mode()) {
      case ACCURATE -> new AccurateArithmetic(scenario);
      case LLM_VIEWER, LLM_VIEWER_2024_03_11 -> new LlmViewerArithmetic(scenario);
    };
  }

  /** Returns the tower over all views; empty if the mode does not count it. */
  Optional<Work> vision();

  /** Returns the reduction of all views; empty if the mode does not count it. */
  Optional<Work> reduction();

  /**
   * Returns the projector over the tokens that enter the decoder; empty if the mode does not count
   * it.
   */
  Optional<Work> projector();

  /** Returns the decoder over the prompt. */
  Work prefill(TokenSchedule prompt);

  /** Returns the decoder over the next token after a prompt. */
  Work decodeToken(TokenSchedule prompt);

  /** Returns the matrices of one layer over {@code tokens} tokens of each sequence. */
  List<Operator> matrices(int tokens);

  /** Returns the bytes in memory after the prefill. */
  Footprint footprint(TokenSchedule prompt);

  /**
   * One stage.
   *
   * @param flops as the mode counts them
   * @param pass its operators
   */
  record Work(long flops, Pass pass) {
    static final Work NOTHING = new Work(0, Pass.NOTHING);
  }
}
