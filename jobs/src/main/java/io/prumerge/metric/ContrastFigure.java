package io.prumerge.metric;

/**
 * A figure of a contrast, as in {@link ContrastResult}.
 *
 * @param clusters images that the difference is over
 */
record ContrastFigure(Comparison comparison, ContrastQuestions questions, long clusters) {

  /**
   * Returns this figure, which is over shared questions.
   *
   * @param whole the questions that each of the two answered
   */
  ContrastFigure onShared(ContrastQuestions whole) {
    return new ContrastFigure(
        comparison,
        new ContrastQuestions(questions.both(), whole.onlyA(), whole.onlyB()),
        clusters);
  }
}
