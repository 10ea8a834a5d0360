package io.prumerge.model.cut;

import io.prumerge.model.decoder.AskingRows;
import io.prumerge.reduction.Evidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows taken before a layer whose attention is computed once the layer has run. */
final class WaitingRows implements AutoCloseable {

  private final Map<Evidence, List<AskingRows>> rows = new HashMap<>();

  /** Takes those of the next block; closed here. */
  void add(Evidence evidence, AskingRows asking) {
    rows.computeIfAbsent(evidence, key -> new ArrayList<>()).add(asking);
  }

  boolean has(Evidence evidence) {
    return rows.containsKey(evidence);
  }

  /** Returns those of a block. */
  AskingRows of(Evidence evidence, int block) {
    return rows.get(evidence).get(block);
  }

  /** Closes all, and forgets them. */
  @Override
  public void close() {
    rows.values().forEach(all -> all.forEach(AskingRows::close));
    rows.clear();
  }
}
