package io.prumerge.load.generate;

import java.time.Duration;
import java.util.List;

/**
 * What one point of a load test asks, and when.
 *
 * @param questions the numbers of the questions, in the order in which they are asked
 * @param seed of the gaps between arrivals
 * @param drain how long those in flight are waited for after the last was due and sent; longer than
 *     an answer takes, since so long is also waited for room in flight
 */
public record PointPlan(LoadPattern pattern, List<Integer> questions, long seed, Duration drain) {

  public PointPlan {
    questions = List.copyOf(questions);
  }
}
