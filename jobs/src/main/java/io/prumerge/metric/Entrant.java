package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import java.io.Serializable;
import java.util.List;

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
