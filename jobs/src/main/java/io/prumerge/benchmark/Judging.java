package io.prumerge.benchmark;

import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.Optional;

/** How a judge scores the answers of a benchmark that no rule can score. Stateless. */
public interface Judging {

  /** Returns the judge model of the benchmark's own evaluator. */
  String model();

  /**
   * Asks the judge about one answer. Repeats the request whenever the benchmark's own evaluator
   * would.
   *
   * @param prompt instructions for the judge, in the form of the benchmark's own evaluator; empty =
   *     this project's wording, because the original may not be redistributed here
   * @return the judge's words, in the form that {@link Benchmark#score} takes
   * @throws IOException when the judge cannot be reached
   * @throws DataException if the question lacks data that the judge needs, or the prompt is invalid
   */
  String ask(Judge judge, Optional<String> prompt, BenchmarkQuestion question, String answer)
      throws IOException;
}
