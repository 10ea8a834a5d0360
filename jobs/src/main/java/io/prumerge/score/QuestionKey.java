package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;

/** What the keys of answers are. */
enum QuestionKey {
  /** {@link Benchmark#key}, which several questions may have. */
  OF_FILES {
    @Override
    String of(Benchmark benchmark, BenchmarkQuestion question) {
      return benchmark.key(question);
    }
  },
  /** The question's own id: its reader has found it, and compared what is asked. */
  OWN_ID {
    @Override
    String of(Benchmark benchmark, BenchmarkQuestion question) {
      return question.id();
    }
  };

  abstract String of(Benchmark benchmark, BenchmarkQuestion question);
}
