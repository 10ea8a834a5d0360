package io.prumerge.metric;

import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One result's figures as linear functions of a cluster's sums, around the result's totals. */
final class LinearisedFigures implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * The gradient of one figure by the sums of one subset.
   *
   * @param gradient by {@link TallySum#ordinal()}
   * @param share number of the first of the subset's shares, of all figures' shares
   * @param wholes what the shares are of, each a weighted sum
   */
  private record Term(int figure, double[] gradient, int share, ArrayList<double[]> wholes)
      implements Serializable {}

  private final int figures;
  private final HashMap<QuestionSubset, ArrayList<Term>> terms = new HashMap<>();

  /** The numbers of each figure's shares: from, to. */
  private final int[][] shares;

  /**
   * @param figures those without a value have no residuals
   */
  LinearisedFigures(List<Figure> figures, Map<QuestionSubset, Tally> totals) {
    this.figures = figures.size();
    this.shares = new int[figures.size()][];
    int next = 0;
    for (int i = 0; i < figures.size(); i++) {
      int first = next;
      if (figures.get(i).value(totals).isPresent()) {
        ArrayList<double[]> wholes = StatisticMeasures.wholes(figures.get(i).rule().statistic());
        for (Map.Entry<QuestionSubset, double[]> one : figures.get(i).gradient(totals).entrySet()) {
          terms
              .computeIfAbsent(one.getKey(), absent -> new ArrayList<>())
              .add(new Term(i, one.getValue(), next, wholes));
          next += wholes.size();
        }
      }
      shares[i] = new int[] {first, next};
    }
  }

  /** Returns the number of figures. */
  int size() {
    return figures;
  }

  /** Returns the number of shares of all figures. */
  int shareCount() {
    return figures == 0 ? 0 : shares[figures - 1][1];
  }

  /** Returns the shares in which a cluster counts. */
  BitSet counted(Map<QuestionSubset, Tally> cluster) {
    BitSet counted = new BitSet();
    cluster.forEach(
        (slice, tally) -> {
          for (Term term : terms.getOrDefault(slice, new ArrayList<>())) {
            for (int i = 0; i < term.wholes().size(); i++) {
              if (tally.dot(term.wholes().get(i)) != 0) {
                counted.set(term.share() + i);
              }
            }
          }
        });
    return counted;
  }

  /**
   * Returns whether each share of a figure has at least two clusters. One cluster has no spread:
   * its residual is 0 whatever it holds.
   *
   * @param clusters by share
   */
  boolean isSpread(int figure, long[] clusters) {
    return IntStream.range(shares[figure][0], shares[figure][1])
        .allMatch(share -> clusters[share] > 1);
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
