package io.prumerge.metric;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.io.Serializable;
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
  private final long[] corpora;
  private final LinearisedFigures linearised;
  private final int[] partners;
  private final HashMap<QuestionSubset, EnumSet<TallySum>> resampled = new HashMap<>();

  /** Makes a result that is not compared. */
  Measured(List<Figure> figures, Map<QuestionSubset, Tally> totals) {
    this.figures = List.copyOf(figures);
    this.values =
        figures.stream().mapToDouble(one -> one.value(totals).orElse(Double.NaN)).toArray();
    this.linearised = new LinearisedFigures(figures, totals);
    this.chances =
        figures.stream().mapToDouble(one -> one.chance(totals).orElse(Double.NaN)).toArray();
    this.corpora = figures.stream().mapToLong(one -> one.corpusImages(totals)).toArray();
    this.partners = new int[values.length];
    Arrays.fill(partners, NONE);
    for (int i = 0; i < values.length; i++) {
      if (isResampled(i)) {
        Set<TallySum> sums = StatisticMeasures.sums(figures.get(i).rule().statistic());
        for (QuestionSubset part : figures.get(i).parts()) {
          resampled.computeIfAbsent(part, absent -> EnumSet.noneOf(TallySum.class)).addAll(sums);
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
    corpora = own.corpora;
    partners = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      partners[i] = own.value(i).isPresent() ? baseline.find(figures.get(i)) : NONE;
    }
  }

  /** Compares this result with the baseline's on the same questions. */
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

  LinearisedFigures linearised() {
    return linearised;
  }

  OptionalDouble value(int figure) {
    return optional(values[figure]);
  }

  /** Returns the figure of blind answers to the same questions. */
  OptionalDouble chance(int figure) {
    return optional(chances[figure]);
  }

  /** Returns {@link Figure#corpusImages} of the figure. */
  long corpusImages(int figure) {
    return corpora[figure];
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

  /** Returns the sums, by questions, of the figures that are resampled. */
  Map<QuestionSubset, EnumSet<TallySum>> resampled() {
    return resampled;
  }
}
