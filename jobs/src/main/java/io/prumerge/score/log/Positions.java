package io.prumerge.score.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the positions in one log count: all questions of a split, or those of one category, which
 * tasks of their own are about ({@code pope_adv}, {@code mvbench_action_count}).
 *
 * @param numbers of the questions, in the order of the benchmark's files; null: of all
 */
record Positions(int[] numbers) {

  /** Reads a log. */
  @FunctionalInterface
  interface RowReader {
    void read(Consumer<LogRow> sink) throws IOException;
  }

  /** Counts all questions. */
  static final Positions ALL = new Positions(null);

  /** Returns the question at a row's position; empty if the row has none, or it is behind all. */
  Optional<Integer> of(LogRow row, QuestionIndex index) {
    int size = numbers == null ? index.size() : numbers.length;
    if (row.position().isEmpty() || row.position().getAsLong() >= size) {
      return Optional.empty();
    }
    int position = (int) row.position().getAsLong();
    return Optional.of(numbers == null ? position : numbers[position]);
  }

  /**
   * Returns what all rows of a log bear out: that their positions are those of all questions, or
   * else of one category alone. Of all, if nothing is: then the log is refused.
   *
   * @param log reads it
   */
  static Positions of(QuestionIndex index, RowReader log) throws IOException {
    Candidate all = new Candidate(ALL);
    List<Candidate> others = new ArrayList<>();
    index.categories().forEach(numbers -> others.add(new Candidate(new Positions(numbers))));
    log.read(
        row -> {
          all.see(row, index);
          others.removeIf(other -> other.see(row, index));
        });
    if (!all.contradicted) {
      return ALL;
    }
    return others.stream()
        .filter(other -> other.borneOut > 0)
        .max(Comparator.comparingLong(other -> other.borneOut))
        .map(other -> other.positions)
        .orElse(ALL);
  }

  /** What may be counted, and what rows have said of it so far. */
  private static final class Candidate {

    private final Positions positions;
    private boolean contradicted;
    private long borneOut;

    Candidate(Positions positions) {
      this.positions = positions;
    }

    /** Returns whether a row so far contradicts it. */
    boolean see(LogRow row, QuestionIndex index) {
      Optional<Integer> there = positions.of(row, index);
      if (there.isPresent() && !contradicted) {
        Agreement at = index.at(row, there.get());
        contradicted = at == Agreement.OTHER;
        borneOut += at == Agreement.SAME ? 1 : 0;
      }
      return contradicted;
    }
  }
}
