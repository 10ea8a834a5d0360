package io.prumerge.benchmark;

import io.prumerge.benchmark.Benchmark.Reference;
import java.util.Set;

/**
 * Scores answers by the references to all questions of a split: terms that few of these have weigh
 * more. Stateless and thread-safe.
 */
public interface Corpus {

  /** Returns the terms of a question's references. None is empty. */
  Set<String> terms(Reference reference);

  /** Returns what scores the answers to a question. */
  CorpusScorer scorer(Reference reference, DocumentFrequencies frequencies);
}
