package io.prumerge.model;

import java.util.List;

/** The ids that end an answer, any of them. */
public record StopTokens(List<Integer> ids) {

  public StopTokens {
    ids = List.copyOf(ids);
  }

  boolean contains(int id) {
    return ids.contains(id);
  }

  int[] toArray() {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
