package io.prumerge.search;

import io.prumerge.leaderboard.ScoreAtCost;
import io.prumerge.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A candidate as one rung measured it.
 *
 * @param score the headline, or the retention over several benchmarks, in percent or points; absent
 *     if the baseline's headline is 0
 * @param interval of 95 percent; absent where there is no spread
 * @param cost mean cost of a question; NaN if it answered nothing
 * @param questions that it was asked
 */
record RungPoint(
    String method, OptionalDouble score, Optional<Interval> interval, double cost, long questions) {

  /** Returns whether another one is at least as good and better in score or cost, as measured. */
  boolean isBeatenBy(RungPoint other) {
    return score.isPresent()
        && other.score.isPresent()
        && new ScoreAtCost(score.getAsDouble(), cost)
            .isBeatenBy(new ScoreAtCost(other.score.getAsDouble(), other.cost));
  }
}
