package io.prumerge.benchmark;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import java.util.List;
import java.util.Map;

/**
 * Draws values at random for answers that a parser cannot decide, with one generator for all
 * answers of a method of a run to a split. So a value depends on all undecided answers before it.
 * Stateless and thread-safe.
 */
public interface Drawing {

  /**
   * Returns what the value of an answer is drawn from; nothing if none is drawn for it.
   *
   * @param answer as {@link Benchmark#score} takes it
   */
  List<String> choices(String answer, Reference reference);

  /**
   * Returns a value for each question; the same ones however the questions are sorted.
   *
   * @param undecided choices by the ids of all undecided questions
   */
  Map<String, String> drawn(Map<String, List<String>> undecided);

  /** Returns the score of an answer whose value was drawn. It counts as unparsed. */
  Score score(String value, Reference reference);
}
