package io.prumerge.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What follows from a rung. A candidate is dropped only if another one is more accurate and costs
 * no more, beyond what chance explains. Levels of significance are divided by the number of pairs
 * of the rung's candidates (Bonferroni: the pairs that are tested are chosen by the same data) and
 * by the number of rungs, so the probability that a search drops any candidate wrongly is at most 5
 * percent.
 *
 * @param level of each test
 * @param left the candidates that are left, in their order
 * @param dropped for each candidate that is not, the comparison that says so
 * @param separated whether all that are left are on the front, and neighbours differ in accuracy:
 *     more questions would change nothing
 */
record Judgement(double level, List<RungPoint> left, List<PointPair> dropped, boolean separated) {

  /** Probability of any wrong drop. */
  private static final double LEVEL = 0.05;

  Judgement {
    left = List.copyOf(left);
    dropped = List.copyOf(dropped);
  }

  /**
   * Judges a rung's figures.
   *
   * @param rungs number of rungs, if none is saved
   */
  static Judgement of(RungFigures figures, int rungs) {
    double level = LEVEL / rungs / pairs(figures.points().size());
    List<RungPoint> left = new ArrayList<>();
    List<PointPair> dropped = new ArrayList<>();
    for (RungPoint point : figures.points()) {
      Optional<PointPair> better =
          figures.pairs().stream()
              .filter(pair -> pair.b().equals(point) && pair.dominates(level))
              .min(Comparator.comparingDouble(pair -> pair.score().test().orElseThrow().pValue()));
      better.ifPresentOrElse(dropped::add, () -> left.add(point));
    }
    return new Judgement(level, left, dropped, separated(figures.pairs(), left, level));
  }

  private static long pairs(long candidates) {
    return Math.max(1, candidates * (candidates - 1) / 2);
  }

  private static boolean separated(List<PointPair> pairs, List<RungPoint> left, double level) {
    List<RungPoint> front = front(left);
    boolean all = front.size() == left.size();
    for (int i = 1; i < front.size(); i++) {
      RungPoint cheaper = front.get(i - 1);
      RungPoint dearer = front.get(i);
      all &=
          pairs.stream()
              .anyMatch(
                  pair ->
                      pair.a().equals(dearer) && pair.b().equals(cheaper) && pair.isCertain(level));
    }
    return all;
  }

  /**
   * Returns the Pareto front, the points that no other one beats as measured: cheapest and least
   * accurate first.
   */
  static List<RungPoint> front(List<RungPoint> points) {
    return points.stream()
        .filter(point -> point.score().isPresent())
        .filter(point -> points.stream().noneMatch(point::isBeatenBy))
        .sorted(
            Comparator.comparingDouble(RungPoint::cost)
                .thenComparing(point -> point.score().getAsDouble())
                .thenComparing(RungPoint::method))
        .toList();
  }
}
