package io.prumerge.benchmark;

import java.util.HashMap;
import java.util.Map;

/** Notices ids that stand twice in a file whose ids are unique. */
final class DistinctIds {

  private final String field;
  private final Map<String, Integer> lines = new HashMap<>();

  /**
   * @param field what the ids are called in the file, for messages
   */
  DistinctIds(String field) {
    this.field = field;
  }

  /**
   * Takes the next id.
   *
   * @throws DataException naming both lines when the id was taken before
   */
  void add(String id, JsonLine line) {
    Integer before = lines.putIfAbsent(id, line.number());
    if (before != null) {
      throw line.error("%s %s stands in line %d already".formatted(field, id, before));
    }
  }

  int size() {
    return lines.size();
  }
}
