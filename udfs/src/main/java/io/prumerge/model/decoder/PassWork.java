package io.prumerge.model.decoder;

import io.prumerge.cost.Share;

/**
 * Work of the language model that ran, in countable units. The last layer counts as all others,
 * though rows whose logits nobody asks for leave it after the attention: so work that ran compares
 * with the cost of a question alone, which counts as papers do.
 *
 * @param rows rows through a layer's linear maps, summed over the layers
 * @param pairs query-key pairs whose scores were computed, masked ones included, likewise
 * @param heads rows through the head
 * @param queries rows whose queries were computed again as evidence for a cut
 * @param keys rows whose keys were computed as evidence, before the layer ran
 * @param scores query-key pairs whose scores were computed as evidence, masked ones included
 * @param flops of other evidence and of the cuts' rules
 * @param crossing rows through all blocks that attend to images; their pairs are among the others
 */
public record PassWork(
    long rows,
    long pairs,
    long heads,
    long queries,
    long keys,
    long scores,
    long flops,
    long crossing) {

  public static final PassWork NONE = new PassWork(0, 0, 0);

  /** One row through the head. */
  public static final PassWork HEAD = new PassWork(0, 0, 1);

  /** Work without evidence. */
  public PassWork(long rows, long pairs, long heads) {
    this(rows, pairs, heads, 0, 0, 0, 0);
  }

  /** Work of a decoder that attends to no images by cross-attention. */
  public PassWork(
      long rows, long pairs, long heads, long queries, long keys, long scores, long flops) {
    this(rows, pairs, heads, queries, keys, scores, flops, 0);
  }

  /**
   * Returns the work of blocks that attend to images.
   *
   * @param rows through all of them
   * @param pairs of these and of images' rows, summed over the blocks
   */
  static PassWork crossing(long rows, long pairs) {
    return new PassWork(0, pairs, 0, 0, 0, 0, 0, rows);
  }

  /** Returns the work of attention of some rows to {@code slots} slots, as evidence. */
  public static PassWork attention(long rows, long slots) {
    return new PassWork(0, 0, 0, rows, 0, rows * slots, 0);
  }

  /** Returns the evidence that the attention of the mean query of some rows to them is. */
  public static PassWork meanQuery(long rows) {
    return new PassWork(0, 0, 0, rows, rows, rows, 0);
  }

  /** Returns the rows whose keys were computed as evidence. */
  public static PassWork keys(long rows) {
    return new PassWork(0, 0, 0, 0, rows, 0, 0);
  }

  /** Returns work that is counted by its FLOPs. */
  public static PassWork flops(long flops) {
    return new PassWork(0, 0, 0, 0, 0, 0, flops);
  }

  public PassWork plus(PassWork other) {
    return new PassWork(
        rows + other.rows,
        pairs + other.pairs,
        heads + other.heads,
        queries + other.queries,
        keys + other.keys,
        scores + other.scores,
        flops + other.flops,
        crossing + other.crossing);
  }

  public PassWork part(Share share) {
    return new PassWork(
        share.part(rows),
        share.part(pairs),
        share.part(heads),
        share.part(queries),
        share.part(keys),
        share.part(scores),
        share.part(flops),
        share.part(crossing));
  }
}
