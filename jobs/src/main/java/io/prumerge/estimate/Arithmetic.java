package io.prumerge.estimate;

import io.prumerge.cost.TokenSchedule;
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
  Optional<StageWork> vision();

  /** Returns the reduction of all views; empty if the mode does not count it. */
  Optional<StageWork> reduction();

  /**
   * Returns the projector over the tokens that enter the decoder; empty if the mode does not count
   * it.
   */
  Optional<StageWork> projector();

  /** Returns the decoder over the prompt. */
  StageWork prefill(TokenSchedule prompt);

  /** Returns the decoder over the next token after a prompt. */
  StageWork decodeToken(TokenSchedule prompt);

  /** Returns the matrices of one layer over {@code tokens} tokens of each sequence. */
  List<Operator> matrices(int tokens);

  /** Returns the bytes in memory after the prefill. */
  Footprint footprint(TokenSchedule prompt);
}
