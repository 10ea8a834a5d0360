package io.prumerge.benchmark.mmbench;

/** Reads the letter of an option from an answer, as the two evaluators of MMBench do. */
final class MmBenchLetters {

  private MmBenchLetters() {}
}
