package io.prumerge.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A function of several results' figures, with its slopes.
 *
 * @param value in percent or points
 * @param range the largest change by one image, if every figure is a mean over images; infinite if
 *     there is no maximum
 * @param terms the figures
 */
record Combination(double value, double range, List<Term> terms) implements Serializable {

  /**
   * One figure.
   *
   * @param figure its index among the result's figures
   * @param slope change of the value per change of the figure
   */
  record Term(ScoreKey key, int figure, double slope) implements Serializable {}

  Combination {
    terms = List.copyOf(terms);
  }

  /**
   * Returns whether an image has a question of one of the figures.
   *
   * @param tallies of each result that has a question about it
   */
  boolean isAbout(Map<ScoreKey, Map<QuestionSubset, Tally>> tallies, Design design) {
    return terms.stream()
        .anyMatch(
            term -> {
              Figure figure = design.of(term.key(), Variant.EVERY).figures().get(term.figure());
              return figure.counts(tallies.getOrDefault(term.key(), Map.of())).count(Sum.N) > 0;
            });
  }

  /**
   * Returns the residual of an image.
   *
   * @param residuals of the figures of each result that answered something about it
   */
  double residual(Map<ScoreKey, double[]> residuals) {
    double sum = 0;
    for (Term term : terms) {
      double[] figures = residuals.get(term.key());
      sum += figures == null ? 0 : term.slope() * figures[term.figure()];
    }
    return sum;
  }
}
