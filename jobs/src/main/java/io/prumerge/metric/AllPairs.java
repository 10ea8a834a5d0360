package io.prumerge.metric;

import java.util.List;

/**
 * Methods of one run that are compared with each other, every one with every other, by their
 * retention. Their tests are corrected together, by Holm's method over all pairs.
 */
public record AllPairs(List<Entrant> entrants) {

  public AllPairs {
    entrants = List.copyOf(entrants);
  }
}
