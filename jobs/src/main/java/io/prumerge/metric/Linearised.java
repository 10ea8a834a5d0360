package io.prumerge.metric;

import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Sum;
import io.prumerge.metric.tally.Tally;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One result's figures as linear functions of a cluster's sums, around the result's totals. */
final class Linearised implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * The gradient of one figure by the sums of one subset.
   *
   * @param gradient by {@link Sum#ordinal()}
   */
  private record Term(int figure, double[] gradient) implements Serializable {}

  private final int figures;
  private final HashMap<QuestionSubset, ArrayList<Term>> terms = new HashMap<>();

  /**
   * @param figures those without a value have no residuals
   */
  Linearised(List<Figure> figures, Map<QuestionSubset, Tally> totals) {
    this.figures = figures.size();
    for (int i = 0; i < figures.size(); i++) {
      if (figures.get(i).value(totals).isPresent()) {
        int index = i;
        figures
            .get(i)
            .gradient(totals)
            .forEach(
                (slice, gradient) ->
                    terms
                        .computeIfAbsent(slice, absent -> new ArrayList<>())
                        .add(new Term(index, gradient)));
      }
    }
  }

  /** Returns the number of figures. */
  int size() {
    return figures;
  }

  /**
   * Returns the residual of a cluster for each figure. Over all clusters, residuals add up to 0,
   * because a figure does not change if all sums grow by the same factor.
   */
  double[] residuals(Map<QuestionSubset, Tally> cluster) {
    double[] residuals = new double[figures];
    cluster.forEach(
        (slice, tally) -> {
          for (Term term : terms.getOrDefault(slice, new ArrayList<>())) {
            residuals[term.figure()] += tally.dot(term.gradient());
          }
        });
    return residuals;
  }
}
