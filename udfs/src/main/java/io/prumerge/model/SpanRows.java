package io.prumerge.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The rows of one group on their way through the layers: some may stop at a cut. */
final class SpanRows {

  private final Rows rows;
  private int[] at; // the rows that are left, by their place in the first layer

  SpanRows(Rows rows) {
    this.rows = rows;
    this.at = IntStream.range(0, rows.count()).toArray();
  }

  int count() {
    return at.length;
  }

  KvCache cache() {
    return rows.cache();
  }

  int ropeLength() {
    return rows.ropeLength();
  }

  int[] positions() {
    return IntStream.of(at).map(row -> rows.positions()[row]).toArray();
  }

  int[] segments() {
    return IntStream.of(at).map(row -> rows.segments()[row]).toArray();
  }

  /** Places, among the rows that are left, of those whose logits are wanted. */
  int[] outputs() {
    return IntStream.of(rows.outputs()).map(row -> Arrays.binarySearch(at, row)).toArray();
  }

  /** Lets rows stop that do not come to a layer; places of the others among those before. */
  int[] enter(int layer) {
    int[] going = IntStream.range(0, at.length).filter(i -> rows.comesTo(layer, at[i])).toArray();
    at = IntStream.of(going).map(i -> at[i]).toArray();
    return going;
  }

  // Causal attention needs no mask where the rows are one sequence from its start, or one row that
  // may see everything before it.
  boolean plain(SpanCache cache, int past) {
    if (past > 0 && count() > 1) {
      return false;
    }
    int own = rows.segments()[at[at.length - 1]];
    for (int segment : cache.segments()) {
      if (segment != KvCache.PREFIX && segment != own) {
        return false;
      }
    }
    return true;
  }
}
