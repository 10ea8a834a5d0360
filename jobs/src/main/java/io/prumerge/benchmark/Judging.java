package io.prumerge.benchmark;

import java.io.IOException;
import java.util.Optional;

/** How a benchmark that cannot compare answers itself has them judged. Stateless. */
public interface Judging {

  /** The model that the benchmark's own evaluator asks. */
  String model();

  /**
   * Asks about one answer, again where the benchmark's own evaluator would.
   *
   * @param prompt what the judge is told, in the form of the benchmark's own evaluator; empty = our
   *     wording, since theirs is not ours to hand on
   * @return the judge's words, as {@link Benchmark#score} takes them
   * @throws IOException when the judge cannot be reached
   * @throws DataException when the question lacks what the judge must know, or the prompt is not
   *     what it should be
   */
  String ask(Judge judge, Optional<String> prompt, BenchmarkQuestion question, String answer)
      throws IOException;
}
