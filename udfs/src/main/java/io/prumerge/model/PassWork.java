package io.prumerge.model;

import io.prumerge.cost.Share;

/**
 * Work of the language model that ran, in countable units.
 *
 * @param rows rows through a layer's linear maps, summed over the layers
 * @param pairs query-key pairs whose scores were computed, masked ones included, likewise
 * @param heads rows through the head
 */
public record PassWork(long rows, long pairs, long heads) {

  static final PassWork NONE = new PassWork(0, 0, 0);

  /** One row through the head. */
  static final PassWork HEAD = new PassWork(0, 0, 1);

  PassWork plus(PassWork other) {
    return new PassWork(rows + other.rows, pairs + other.pairs, heads + other.heads);
  }

  PassWork part(Share share) {
    return new PassWork(share.part(rows), share.part(pairs), share.part(heads));
  }
}
