package io.prumerge.source;

import io.prumerge.console.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Rows of a benchmark's files that cannot be read: they are left out, counted and named, and the
 * others are read. A file most of whose rows are such is no file of this benchmark.
 */
public final class LeftOutRows {

  /** Rows that are named in one line. */
  private static final int NAMED = 3;

  /** Rows that are named at all. */
  private static final int KEPT = 20;

  private final List<String> first = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private long count;
  private long unnamed;

  /** A row that is left out, and the id of its question if that can be read. */
  private record Reason(DataException why, Optional<String> id) {}

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
    read(file, sink, row -> Optional.empty());
  }

  /**
   * Does the same where rows are questions.
   *
   * @param id returns the id of a question as answers have it, if it can be read
   */
  public <T> void read(RowReader<T> file, Consumer<T> sink, Function<T, Optional<String>> id)
      throws IOException {
    long[] rows = new long[1];
    List<Reason> reasons = new ArrayList<>();
    file.read(
        row -> {
          rows[0]++;
          try {
            sink.accept(row);
          } catch (DataException e) {
            if (e.isOfFile() || e.isUnmatched() && count + reasons.size() == 0) {
              throw e;
            }
            reasons.add(new Reason(e, id(row, id)));
          }
        });
    if (2L * reasons.size() > rows[0]) {
      throw reasons.get(0).why();
    }
    reasons.forEach(reason -> add(reason.why(), reason.id()));
  }

  private static <T> Optional<String> id(T row, Function<T, Optional<String>> id) {
    try {
      return id.apply(row);
    } catch (DataException e) {
      return Optional.empty();
    }
  }

  /** Adds a row that is left out. */
  public void add(DataException reason) {
    add(reason, Optional.empty());
  }

  private void add(DataException reason, Optional<String> id) {
    count++;
    if (id.isPresent()) {
      ids.add(id.get());
    } else {
      unnamed++;
    }
    name(reason.getMessage());
  }

  /**
   * Adds the rows that were left out of another file.
   *
   * @param named names the file in messages
   */
  public void addAll(LeftOutRows others, UnaryOperator<String> named) {
    count += others.count;
    unnamed += others.unnamed;
    ids.addAll(others.ids);
    others.first.forEach(reason -> name(named.apply(reason)));
  }

  private void name(String reason) {
    // Rows that are scored together have one reason.
    if (first.size() < KEPT && !first.contains(reason)) {
      first.add(reason);
    }
  }

  /** Returns how many rows were left out, and why the first ones, as a warning; none if none. */
  public Optional<String> warning() {
    return count == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s cannot be read and %s left out, so scores are over fewer questions: %s",
                Texts.count(count, "row"),
                count == 1 ? "is" : "are",
                reasons()));
  }

  /** Returns why the first rows were left out. */
  public String reasons() {
    List<String> named = first.subList(0, Math.min(NAMED, first.size()));
    return String.join("; ", named) + (count > named.size() ? "; ..." : "");
  }

  /** Returns why rows were left out, each distinct reason once and of many only the first ones. */
  public List<String> each() {
    return List.copyOf(first);
  }

  /** Returns the ids of the questions that were left out, as far as their rows say them. */
  public Set<String> ids() {
    return Set.copyOf(ids);
  }

  /** Returns the number of rows that were left out and do not say their question's id. */
  public long unnamed() {
    return unnamed;
  }

  /** Returns the number of rows that were left out. */
  public long count() {
    return count;
  }
}
