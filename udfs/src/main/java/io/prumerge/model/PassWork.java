package io.prumerge.model;

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

  /** One of so many equal shares; the first ones carry what does not divide. */
  PassWork share(int index, int shares) {
    return new PassWork(
        share(rows, index, shares), share(pairs, index, shares), share(heads, index, shares));
  }

  private static long share(long whole, int index, int shares) {
    return whole / shares + (index < whole % shares ? 1 : 0);
  }
}
