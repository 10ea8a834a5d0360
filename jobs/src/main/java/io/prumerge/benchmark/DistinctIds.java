package io.prumerge.benchmark;

import io.prumerge.source.DataException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** Detects duplicate ids where a benchmark's ids must be unique. */
public final class DistinctIds {

  private final String field;
  private final Set<String> ids = new HashSet<>();

  /**
   * @param field name of the ids' field in the files, for error messages
   */
  public DistinctIds(String field) {
    this.field = field;
  }

  /**
   * Adds the next id.
   *
   * @param error creates an exception that names the id's place
   * @throws DataException if the id was added before
   */
  public void add(String id, Function<String, DataException> error) {
    if (!ids.add(id)) {
      throw error.apply(
          String.format(Locale.ROOT, "%s %s stands there for the second time", field, id));
    }
  }

  public int size() {
    return ids.size();
  }
}
