package io.prumerge.benchmark;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** Notices ids that stand twice where a benchmark's ids are unique. */
final class DistinctIds {

  private final String field;
  private final Set<String> ids = new HashSet<>();

  /**
   * @param field what the ids are called in the files, for messages
   */
  DistinctIds(String field) {
    this.field = field;
  }

  /**
   * Takes the next id.
   *
   * @param error makes an error about the place where it stands
   * @throws DataException when the id was taken before
   */
  void add(String id, Function<String, DataException> error) {
    if (!ids.add(id)) {
      throw error.apply("%s %s stands there for the second time".formatted(field, id));
    }
  }

  int size() {
    return ids.size();
  }
}
