package io.prumerge.benchmark.mmbench;

/** MMBench in Chinese, and CCBench. */
public final class MmBenchChinese extends MmBench {

  public MmBenchChinese() {
    super(MmBenchLanguage.CN);
  }
}
