package io.prumerge.benchmark.mmbench;

/** MMBench in Chinese, and CCBench. */
public final class MmBenchChinese extends MmBenchBenchmark {

  public MmBenchChinese() {
    super(MmBenchBenchmark.Language.CN);
  }
}
