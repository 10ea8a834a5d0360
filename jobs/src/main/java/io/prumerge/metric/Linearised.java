package io.prumerge.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One result's figures as linear functions of a cluster's sums, around the result's totals. */
final class Linearised implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * What one slice means to one figure.
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

  /** How many figures there are. */
  int size() {
    return figures;
  }

  /**
   * How far a cluster moves each figure. Over all clusters this adds up to 0, since a figure does
   * not change when every sum grows alike.
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
