package io.prumerge.model;

import io.prumerge.cost.Share;

/**
 * Work of the language model that ran, in countable units.
 *
 * @param rows rows through all linear layers
 * @param pairs query-key pairs whose scores were computed in each layer, masked ones included
 * @param heads rows through the head
 */
public record PassWork(long rows, long pairs, long heads) {

  static final PassWork NONE = new PassWork(0, 0, 0);

  PassWork plus(PassWork other) {
    return new PassWork(rows + other.rows, pairs + other.pairs, heads + other.heads);
  }

  PassWork part(Share share) {
    return new PassWork(share.part(rows), share.part(pairs), share.part(heads));
  }
}
