package io.prumerge.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A quantity made of several results' figures, and how it changes with each of them.
 *
 * @param value in percent or points
 * @param range by how much an image that all figures are about can move it at most, were every
 *     figure a mean over images; infinite where there is no most
 * @param terms the figures
 */
record Combination(double value, double range, List<Term> terms) implements Serializable {

  /**
   * One figure.
   *
   * @param figure its place among the result's
   * @param slope how the quantity changes with it
   */
  record Term(ScoreKey key, int figure, double slope) implements Serializable {}

  Combination {
    terms = List.copyOf(terms);
  }

  /**
   * Whether an image has to do with it.
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
   * How far an image moves it, with all that was asked about it.
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
