package io.prumerge.cost;

import java.util.List;
import java.util.Optional;

/** What a mode counts, for one {@link Scenario}. */
interface Arithmetic {

  static Arithmetic of(Scenario scenario) {
    return switch (scenario.mode()) {
      case ACCURATE -> new AccurateArithmetic(scenario);
      case LLM_VIEWER, LLM_VIEWER_2024_03_11 -> new LlmViewerArithmetic(scenario);
    };
  }

  /** The tower over all views; empty where the mode does not count it. */
  Optional<Work> vision();

  /** The reduction of all views; empty where the mode does not count it. */
  Optional<Work> reduction();

  /** The projector over what enters the decoder; empty where the mode does not count it. */
  Optional<Work> projector();

  /** The decoder over the prompt. */
  Work prefill(TokenSchedule prompt);

  /** The decoder over the next token behind a prompt. */
  Work decodeToken(TokenSchedule prompt);

  /** The matrices of one layer over so many tokens of each sequence. */
  List<Operator> matrices(int tokens);

  /** What lies in memory after the prefill. */
  Footprint footprint(TokenSchedule prompt);
}
