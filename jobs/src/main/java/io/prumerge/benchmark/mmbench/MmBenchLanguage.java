package io.prumerge.benchmark.mmbench;

import java.util.Locale;

/** The languages of MMBench. */
enum MmBenchLanguage {
  EN("mmbench"),
  CN("mmbench-cn");

  private static final String CHINESE_ONLY = "ccbench";

  private final String benchmark;

  MmBenchLanguage(String benchmark) {
    this.benchmark = benchmark;
  }

  /** Returns the benchmark's name on the command line. */
  String benchmark() {
    return benchmark;
  }

  /**
   * Returns whether a file may be in this language, by its name: {@code _cn} and CCBench are
   * Chinese, other names with MMBench are English; any other name may be either.
   */
  boolean fits(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    boolean chinese = name.contains("_cn") || name.contains(CHINESE_ONLY);
    boolean english = !chinese && name.contains("mmbench");
    return this == CN ? !english : !chinese;
  }

  /** Returns whether a Hugging Face configuration may be in this language. */
  boolean fitsConfiguration(String name) {
    return switch (name) {
      case "en" -> this == EN;
      case "cn", "cc" -> this == CN;
      default -> true;
    };
  }
}
