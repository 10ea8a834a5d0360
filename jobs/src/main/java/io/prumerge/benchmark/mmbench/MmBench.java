package io.prumerge.benchmark.mmbench;

/** MMBench in English. */
public final class MmBench extends MmBenchBenchmark {

  public MmBench() {
    super(MmBenchBenchmark.Language.EN);
  }
}
