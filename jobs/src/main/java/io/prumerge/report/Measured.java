package io.prumerge.report;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Statistic;
import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** One result's figures in one variant: their values, their slopes, and the baseline's to each. */
final class Measured implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int NONE = -1;

  /** How much more variance clustered answers may have that are taken as independent. */
  private static final double DESIGN_EFFECT = 1.05;

  private final List<Figure> figures;
  private final double[] values;
  private final Linearised linearised;
  private final long[] outcomes;
  private final int[] partners;
  private final HashMap<Slice, EnumSet<Sum>> resampled = new HashMap<>();

  /** A result that is compared with nothing. */
  Measured(List<Figure> figures, Map<Slice, Tally> totals) {
    this.figures = List.copyOf(figures);
    this.values =
        figures.stream().mapToDouble(one -> one.value(totals).orElse(Double.NaN)).toArray();
    this.linearised = new Linearised(figures, totals);
    this.outcomes = figures.stream().mapToLong(one -> outcomes(one, totals)).toArray();
    this.partners = new int[values.length];
    Arrays.fill(partners, NONE);
    for (int i = 0; i < values.length; i++) {
      if (isResampled(i)) {
        Set<Sum> sums = Ratio.sums(figures.get(i).rule().statistic());
        for (Slice part : figures.get(i).parts()) {
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
    outcomes = own.outcomes.clone();
    partners = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      partners[i] = own.value(i).isPresent() ? baseline.find(figures.get(i)) : NONE;
      if (partners[i] == NONE || outcomes[i] != baseline.outcomes[partners[i]]) {
        outcomes[i] = 0;
      }
    }
  }

  /** The same compared with the baseline's result on the same questions. */
  Measured beside(Measured baseline) {
    return new Measured(this, baseline);
  }

  /**
   * How many questions or units a share of right ones is about, if next to no two of them share an
   * image: even if answers about one image always agreed, the variance would be at most 5 percent
   * more (Kish's design effect). Otherwise 0, and for all other figures.
   */
  private static long outcomes(Figure figure, Map<Slice, Tally> totals) {
    Tally tally = figure.counts(totals);
    boolean pooled = figure.parts().equals(List.of(figure.scope()));
    if (pooled && figure.rule().statistic() == Statistic.MEAN && tally.count(Sum.GRADED) == 0) {
      return unclustered(tally.count(Sum.N), tally.count(Sum.SQUARED_N));
    }
    return pooled && figure.rule().statistic() == Statistic.UNITS
        ? unclustered(tally.count(Sum.UNITS), tally.count(Sum.SQUARED_UNITS))
        : 0;
  }

  private static long unclustered(long count, long squares) {
    return squares <= DESIGN_EFFECT * count ? count : 0;
  }

  /** The place of the same figure, if it has a value. */
  private int find(Figure figure) {
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

  /** The place of the first rule's figure over all. */
  OptionalInt headline() {
    return !figures.isEmpty() && figures.get(0).category().equals(BenchmarkQuestion.ALL_CATEGORIES)
        ? OptionalInt.of(0)
        : OptionalInt.empty();
  }

  Linearised linearised() {
    return linearised;
  }

  OptionalDouble value(int figure) {
    return Double.isNaN(values[figure])
        ? OptionalDouble.empty()
        : OptionalDouble.of(values[figure]);
  }

  /** The place of the same figure among the baseline's; absent where either has no value. */
  OptionalInt partner(int figure) {
    return partners[figure] == NONE ? OptionalInt.empty() : OptionalInt.of(partners[figure]);
  }

  /**
   * How many right or wrong answers, or units, both sides are made of, where these can be taken as
   * independent; else 0.
   */
  long outcomes(int figure) {
    return outcomes[figure];
  }

  /** Whether the interval comes from the bootstrap. */
  boolean isResampled(int figure) {
    return !figures.get(figure).isMean() && !Double.isNaN(values[figure]);
  }

  /** What the figures that are no means are made of. */
  Map<Slice, EnumSet<Sum>> resampled() {
    return resampled;
  }
}
