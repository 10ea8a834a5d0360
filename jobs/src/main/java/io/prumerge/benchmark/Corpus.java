package io.prumerge.benchmark;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import java.util.Set;

/**
 * Scores answers by the references to all questions of a split: terms that few of these have weigh
 * more. Stateless and thread-safe.
 */
public interface Corpus {

  /** Scores answers to one question. */
  interface Scorer {

    /**
     * @param answer as {@link Benchmark#score} takes it
     */
    Score score(String answer);
  }

  /** Returns the terms of a question's references. None is empty. */
  Set<String> terms(Reference reference);

  /** Returns what scores the answers to a question. */
  Scorer scorer(Reference reference, DocumentFrequencies frequencies);
}
