package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The main figure of one result on a benchmark.
 *
 * @param figure its index among the result's figures
 * @param chance the figure of blind answers to the same questions
 * @param most its maximum; infinite if there is none
 */
record Headline(ScoreKey key, int figure, double value, OptionalDouble chance, double most) {

  CombinationTerm times(double slope) {
    return new CombinationTerm(key, figure, slope);
  }

  /** Returns the difference to another headline, of any method and run. */
  Combination less(Headline other) {
    return new Combination(
        value - other.value, most, List.of(times(1), other.times(-1)), List.of(beside(other)));
  }

  /** Pairs it with the figure that a contrast compares it with. */
  CombinationPair beside(Headline other) {
    return new CombinationPair(times(1), other.times(1));
  }
}
