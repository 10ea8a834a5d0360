package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import java.util.List;
import java.util.stream.Stream;

/**
 * Methods of one run that are compared with each other, every one with every other, by their
 * retention. Their tests are corrected together, by Holm's method over all pairs.
 */
public record AllPairs(List<Entrant> entrants) {

  public AllPairs {
    entrants = List.copyOf(entrants);
  }

  /** Returns the methods of both sides of a pair. */
  Stream<MethodKey> seeds(RetentionPair pair) {
    return Stream.of(pair.a(), pair.b()).flatMap(one -> entrants.get(one).seeds().stream());
  }
}
