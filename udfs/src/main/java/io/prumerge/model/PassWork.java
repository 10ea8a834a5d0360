package io.prumerge.model;

import io.prumerge.cost.Share;

/**
 * Work of the language model that ran, in countable units.
 *
 * @param rows rows through a layer's linear maps, summed over the layers
 * @param pairs query-key pairs whose scores were computed, masked ones included, likewise
 * @param heads rows through the head
 * @param queries rows whose queries were computed again as evidence for a cut
 * @param scores query-key pairs whose scores were computed as evidence, masked ones included
 */
public record PassWork(long rows, long pairs, long heads, long queries, long scores) {

  static final PassWork NONE = new PassWork(0, 0, 0);

  /** One row through the head. */
  static final PassWork HEAD = new PassWork(0, 0, 1);

  /** Work without evidence. */
  public PassWork(long rows, long pairs, long heads) {
    this(rows, pairs, heads, 0, 0);
  }

  /** The evidence that one row's attention to so many slots is. */
  static PassWork evidence(long slots) {
    return new PassWork(0, 0, 0, 1, slots);
  }

  PassWork plus(PassWork other) {
    return new PassWork(
        rows + other.rows,
        pairs + other.pairs,
        heads + other.heads,
        queries + other.queries,
        scores + other.scores);
  }

  PassWork part(Share share) {
    return new PassWork(
        share.part(rows),
        share.part(pairs),
        share.part(heads),
        share.part(queries),
        share.part(scores));
  }
}
