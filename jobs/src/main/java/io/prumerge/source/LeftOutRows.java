package io.prumerge.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Rows of a benchmark's files that cannot be read: they are left out, counted and named, and the
 * others are read. A file most of whose rows are such is no file of this benchmark.
 */
public final class LeftOutRows {

  private static final int NAMED = 3;

  private final List<String> first = new ArrayList<>();
  private long count;

  /** Reads the rows of one file. */
  @FunctionalInterface
  public interface RowReader<T> {

    /**
     * Passes every row to {@code sink}.
     *
     * @throws DataException if the file itself is invalid
     */
    void read(Consumer<T> sink) throws IOException;
  }

  /**
   * Passes every row to {@code sink}, and leaves out those of which it says that they are invalid.
   *
   * @throws DataException that of the first invalid row, if more than half of the rows are such; or
   *     one that is {@link DataException#ofFile}, or {@link DataException#unmatched} though no row
   *     was left out before
   */
  public <T> void read(RowReader<T> file, Consumer<T> sink) throws IOException {
    long[] rows = new long[1];
    List<DataException> reasons = new ArrayList<>();
    file.read(
        row -> {
          rows[0]++;
          try {
            sink.accept(row);
          } catch (DataException e) {
            if (e.isOfFile() || e.isUnmatched() && count + reasons.size() == 0) {
              throw e;
            }
            reasons.add(e);
          }
        });
    if (2L * reasons.size() > rows[0]) {
      throw reasons.get(0);
    }
    reasons.forEach(this::add);
  }

  /** Adds a row that is left out. */
  public void add(DataException reason) {
    count++;
    // Rows that are scored together have one reason.
    if (first.size() < NAMED && !first.contains(reason.getMessage())) {
      first.add(reason.getMessage());
    }
  }

  /** Returns how many rows were left out, and why the first ones, as a warning; none if none. */
  public Optional<String> warning() {
    return count == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d %s be read and %s left out, so scores are over fewer questions: %s%s",
                count,
                count == 1 ? "row cannot" : "rows cannot",
                count == 1 ? "is" : "are",
                String.join("; ", first),
                count > first.size() ? "; ..." : ""));
  }

  /** Returns the number of rows that were left out. */
  public long count() {
    return count;
  }
}
