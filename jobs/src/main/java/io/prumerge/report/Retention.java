package io.prumerge.report;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A method's mean share of the baseline's headlines, in percent, as a function of both methods'
 * figures on every benchmark.
 */
final class Retention implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final double PERCENT = 100;

  /**
   * One benchmark.
   *
   * @param figure the headline's place among the figures of {@code own}
   * @param value the headline
   * @param baseline the baseline's result
   * @param baselineFigure its headline's place
   * @param baselineValue its headline; not 0
   */
  record Share(
      ScoreKey own,
      int figure,
      double value,
      ScoreKey baseline,
      int baselineFigure,
      double baselineValue)
      implements Serializable {

    double ratio() {
      return value / baselineValue;
    }
  }

  private final List<Share> shares;

  /**
   * @param shares one per benchmark, at least one
   */
  Retention(List<Share> shares) {
    this.shares = List.copyOf(shares);
  }

  double value() {
    double sum = 0;
    for (Share share : shares) {
      sum += PERCENT * share.ratio();
    }
    return sum / shares.size();
  }

  /**
   * Whether an image has to do with it.
   *
   * @param tallies of each result that has a question about it
   */
  boolean isAbout(Map<ScoreKey, Map<Slice, Tally>> tallies, Design design) {
    return shares.stream()
        .anyMatch(
            share ->
                counts(tallies, design, share.own(), share.figure())
                    || counts(tallies, design, share.baseline(), share.baselineFigure()));
  }

  private static boolean counts(
      Map<ScoreKey, Map<Slice, Tally>> tallies, Design design, ScoreKey key, int index) {
    Figure figure = design.of(key, Variant.EVERY).figures().get(index);
    return figure.counts(tallies.getOrDefault(key, Map.of())).count(Sum.N) > 0;
  }

  /**
   * How far an image moves it, with all that was asked about it on all benchmarks, by either
   * method.
   *
   * @param residuals of the figures of each result that answered something about it
   */
  double residual(Map<ScoreKey, double[]> residuals) {
    double sum = 0;
    for (Share share : shares) {
      double own = residual(residuals, share.own(), share.figure());
      double baseline = residual(residuals, share.baseline(), share.baselineFigure());
      sum += PERCENT * (own - share.ratio() * baseline) / share.baselineValue();
    }
    return sum / shares.size();
  }

  private static double residual(Map<ScoreKey, double[]> residuals, ScoreKey key, int figure) {
    double[] figures = residuals.get(key);
    return figures == null ? 0 : figures[figure];
  }
}
