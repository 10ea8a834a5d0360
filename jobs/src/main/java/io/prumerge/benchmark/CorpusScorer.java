package io.prumerge.benchmark;

import io.prumerge.benchmark.Benchmark.Score;

/** Scores answers to one question by a {@link Corpus}. */
public interface CorpusScorer {

  /**
   * @param answer as {@link Benchmark#score} takes it
   */
  Score score(String answer);
}
