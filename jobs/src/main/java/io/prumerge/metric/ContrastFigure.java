package io.prumerge.metric;

/**
 * A figure of a contrast, as in {@link ContrastResult}.
 *
 * @param plan the figure before its error was known
 * @param clusters images that the difference is over
 */
record ContrastFigure(
    PlannedFigure plan, Comparison comparison, ContrastQuestions questions, long clusters) {

  /**
   * Returns this figure over the questions that both of the two answered.
   *
   * @param shared the same figure, measured on these alone
   */
  ContrastFigure on(ContrastFigure shared) {
    return new ContrastFigure(
        plan,
        shared.comparison,
        new ContrastQuestions(shared.questions.both(), questions.onlyA(), questions.onlyB()),
        shared.clusters);
  }
}
