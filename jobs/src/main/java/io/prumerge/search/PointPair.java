package io.prumerge.search;

import io.prumerge.leaderboard.ScoreAtCost;
import io.prumerge.metric.Comparison;
import io.prumerge.statistics.StudentT;

/**
 * Two candidates compared on the same images.
 *
 * @param a the one that may be better
 * @param score the score of {@code a} less that of {@code b}
 * @param cost likewise
 */
record PointPair(RungPoint a, RungPoint b, Comparison score, CostDifference cost) {

  /** Returns whether {@code a} is more accurate, or less, at a level of significance. */
  boolean isCertain(double level) {
    return score.test().isPresent() && score.test().get().pValue() < level;
  }

  /**
   * Returns whether {@code a} is more accurate and costs no more, both at a level of significance.
   */
  boolean dominates(double level) {
    return score.delta() > 0 && isCertain(level) && costsNoMore(level);
  }

  private boolean costsNoMore(double level) {
    double less = cost.delta() - ScoreAtCost.EQUAL_COST * b.cost();
    return less < 0
        && (cost.error() == 0
            || cost.error() > 0 && StudentT.pValue(less, cost.error(), cost.images()) < level);
  }
}
