package io.prumerge.metric;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The figure that a benchmark's methods are compared by, of one result.
 *
 * @param figure its place among the result's
 * @param chance what blind answers to the same questions would have
 * @param most the most it can be; infinite where there is none
 */
record Headline(ScoreKey key, int figure, double value, OptionalDouble chance, double most) {

  Combination.Term times(double slope) {
    return new Combination.Term(key, figure, slope);
  }

  /** It less another one, of whatever method and run. */
  Combination less(Headline other) {
    return new Combination(
        value - other.value, most, List.of(times(1), other.times(-1)), List.of(beside(other)));
  }

  /** Pairs it with the figure that a contrast compares it with. */
  Combination.Pair beside(Headline other) {
    return new Combination.Pair(times(1), other.times(1));
  }
}
