package io.prumerge.model.pruning;

import io.prumerge.model.decoder.QueryRows;
import io.prumerge.reduction.Evidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Query rows of layers that have not run yet. They are taken from the hidden states before a layer;
 * their attention is computed once the layer has run and its keys are in the KV cache.
 */
final class PendingQueries implements AutoCloseable {

  private final Map<Evidence, List<QueryRows>> rows = new HashMap<>();

  /** Adds the query rows of the next block; closed with this. */
  void add(Evidence evidence, QueryRows queries) {
    rows.computeIfAbsent(evidence, key -> new ArrayList<>()).add(queries);
  }

  /** Returns whether there are query rows for a piece of evidence. */
  boolean has(Evidence evidence) {
    return rows.containsKey(evidence);
  }

  /** Returns the query rows of a block. */
  QueryRows of(Evidence evidence, int block) {
    return rows.get(evidence).get(block);
  }

  /** Closes and removes all query rows. */
  @Override
  public void close() {
    rows.values().forEach(all -> all.forEach(QueryRows::close));
    rows.clear();
  }
}
