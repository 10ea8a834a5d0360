package io.prumerge.benchmark;

import io.prumerge.source.DataException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The rule for the ids of a benchmark's questions, in the order of its files. {@code score} follows
 * it here, {@code prepare} in Spark. If ids may repeat, the n-th question with an id gets {@code
 * id#n}; then all ids must differ.
 */
public final class DistinctIds {

  /** Stands between a repeated id and its number. */
  public static final String MARK = "#";

  private final boolean repeats;
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private long position;

  /**
   * @param repeats {@link Benchmark#repeatsIds}
   */
  public DistinctIds(boolean repeats) {
    this.repeats = repeats;
  }

  /**
   * Returns the id of the next question.
   *
   * @throws DataException if an earlier one has it
   */
  public String next(String fileId) {
    int n = repeats ? counts.merge(fileId, 1, Integer::sum) : 1;
    String id = n == 1 ? fileId : fileId + MARK + n;
    Long first = positions.putIfAbsent(id, position);
    if (first != null) {
      throw repeated(id, first, position);
    }
    position++;
    return id;
  }

  /**
   * Returns the error for two questions with one id.
   *
   * @param first position of the first of them in the files, from 0
   * @param last position of the last
   */
  public static DataException repeated(String id, long first, long last) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "The questions %d and %d, counted from 1, have the same id %s; each question needs its own",
            first + 1,
            last + 1,
            id));
  }
}
