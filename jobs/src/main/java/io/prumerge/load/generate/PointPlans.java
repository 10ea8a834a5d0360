package io.prumerge.load.generate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The plans of a test's points: all ask the same questions, each in an order of its own. Seed and
 * number of a point give its order and its gaps, so that a point is the same for every server.
 *
 * @param questions numbers of the questions
 */
public record PointPlans(List<Integer> questions, long seed, Duration drain) {

  /** 2^64 divided by the golden ratio: neighbouring points get unlike seeds. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  public PointPlans {
    questions = List.copyOf(questions);
  }

  /**
   * Returns the plan of a point.
   *
   * @param number of the point in its test, from 0
   */
  public PointPlan point(int number, LoadPattern pattern) {
    Random random = new Random(seed + number * SPREAD);
    List<Integer> order = new ArrayList<>(questions);
    shuffle(order, random);
    return new PointPlan(pattern, order, random.nextLong(), drain);
  }

  /** Shuffles as Fisher and Yates do; {@link Random}'s numbers are the same on all platforms. */
  private static void shuffle(List<Integer> values, Random random) {
    for (int i = values.size() - 1; i > 0; i--) {
      Collections.swap(values, i, random.nextInt(i + 1));
    }
  }
}
