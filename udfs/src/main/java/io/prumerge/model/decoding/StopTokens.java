package io.prumerge.model.decoding;

import java.util.List;

/** The ids that end an answer, any of them. */
public record StopTokens(List<Integer> ids) {

  public StopTokens {
    ids = List.copyOf(ids);
  }

  boolean contains(int id) {
    return ids.contains(id);
  }

  /**
   * Returns the ids that have a logit: files may name ids beyond the rows of the head, which are
   * never generated.
   */
  int[] within(int vocabulary) {
    return ids.stream()
        .mapToInt(Integer::intValue)
        .filter(id -> id >= 0 && id < vocabulary)
        .toArray();
  }
}
