package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey.MethodKey;
import java.io.Serializable;
import java.util.List;

/**
 * Methods of one run that are compared with each other, every one with every other, by their
 * retention. Their tests are corrected together, by Holm's method over all pairs.
 */
public record AllPairs(List<Entrant> entrants) {

  public AllPairs {
    entrants = List.copyOf(entrants);
  }

  /**
   * One side of a comparison.
   *
   * @param seeds one method, or several that differ only in their seed and whose retentions are
   *     averaged
   */
  public record Entrant(List<MethodKey> seeds) implements Serializable {

    public Entrant {
      seeds = List.copyOf(seeds);
    }
  }

  /**
   * The difference of two retentions, in points. For several seeds, error and test are those of
   * their mean: over images, for these seeds.
   *
   * @param a index among the entrants
   * @param b index of the entrant that it is compared with, larger than {@code a}
   * @param comparison {@code a} less {@code b}, paired by image
   */
  public record Pair(int a, int b, Comparison comparison) {

    Pair withAdjusted(double pValue) {
      return new Pair(a, b, comparison.withAdjusted(pValue));
    }
  }
}
