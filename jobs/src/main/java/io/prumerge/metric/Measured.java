package io.prumerge.metric;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.Tally.Sum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** One result's figures in one variant: values, slopes, and the same figures of the baseline. */
final class Measured implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int NONE = -1;

  private final List<Figure> figures;
  private final double[] values;
  private final double[] chances;
  private final Linearised linearised;
  private final int[] partners;
  private final HashMap<QuestionSubset, EnumSet<Sum>> resampled = new HashMap<>();

  /** Makes a result that is not compared. */
  Measured(List<Figure> figures, Map<QuestionSubset, Tally> totals) {
    this.figures = List.copyOf(figures);
    this.values =
        figures.stream().mapToDouble(one -> one.value(totals).orElse(Double.NaN)).toArray();
    this.linearised = new Linearised(figures, totals);
    this.chances =
        figures.stream().mapToDouble(one -> one.chance(totals).orElse(Double.NaN)).toArray();
    this.partners = new int[values.length];
    Arrays.fill(partners, NONE);
    for (int i = 0; i < values.length; i++) {
      if (isResampled(i)) {
        Set<Sum> sums = Ratio.sums(figures.get(i).rule().statistic());
        for (QuestionSubset part : figures.get(i).parts()) {
          resampled.computeIfAbsent(part, absent -> EnumSet.noneOf(Sum.class)).addAll(sums);
        }
      }
    }
  }

  private Measured(Measured own, Measured baseline) {
    figures = own.figures;
    values = own.values;
    linearised = own.linearised;
    resampled.putAll(own.resampled);
    chances = own.chances;
    partners = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      partners[i] = own.value(i).isPresent() ? baseline.find(figures.get(i)) : NONE;
    }
  }

  /** Returns the same compared with the baseline's result on the same questions. */
  Measured beside(Measured baseline) {
    return new Measured(this, baseline);
  }

  /** Returns the index of the same figure, or -1 if it has no value here. */
  int find(Figure figure) {
    for (int i = 0; i < values.length; i++) {
      if (figures.get(i).isAlso(figure) && !Double.isNaN(values[i])) {
        return i;
      }
    }
    return NONE;
  }

  List<Figure> figures() {
    return figures;
  }

  /** Returns the index of the first rule's overall figure. */
  OptionalInt headline() {
    return !figures.isEmpty() && figures.get(0).category().equals(BenchmarkQuestion.ALL_CATEGORIES)
        ? OptionalInt.of(0)
        : OptionalInt.empty();
  }

  Linearised linearised() {
    return linearised;
  }

  OptionalDouble value(int figure) {
    return optional(values[figure]);
  }

  /** Returns the figure of blind answers to the same questions. */
  OptionalDouble chance(int figure) {
    return optional(chances[figure]);
  }

  private static OptionalDouble optional(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Returns the index of the same figure of the baseline; empty if either has no value. */
  OptionalInt partner(int figure) {
    return partners[figure] == NONE ? OptionalInt.empty() : OptionalInt.of(partners[figure]);
  }

  /** Returns whether the interval comes from the bootstrap. */
  boolean isResampled(int figure) {
    return figures.get(figure).uncertainty() == Uncertainty.CLUSTER_BOOTSTRAP
        && !Double.isNaN(values[figure]);
  }

  /** Returns the sums behind the figures that are resampled. */
  Map<QuestionSubset, EnumSet<Sum>> resampled() {
    return resampled;
  }

  /** One result's figures as linear functions of a cluster's sums, around the result's totals. */
  static final class Linearised implements Serializable {

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
}
