package io.prumerge.report;

import java.util.OptionalDouble;

/**
 * Yes/no answers against their labels, positive class yes; POPE's {@code evaluate.py}. Where the
 * reference divides by zero the value is absent, except f1, which is 0 as soon as there is any
 * positive label or prediction.
 *
 * @param truePositive said yes, is yes
 * @param falsePositive said yes, is no
 * @param falseNegative said no, is yes
 * @param trueNegative said no, is no
 */
record Counts(long truePositive, long falsePositive, long falseNegative, long trueNegative) {

  OptionalDouble accuracy() {
    return ratio(truePositive + trueNegative, total());
  }

  OptionalDouble precision() {
    return ratio(truePositive, truePositive + falsePositive);
  }

  OptionalDouble recall() {
    return ratio(truePositive, truePositive + falseNegative);
  }

  OptionalDouble f1() {
    return ratio(2 * truePositive, 2 * truePositive + falsePositive + falseNegative);
  }

  OptionalDouble yesRatio() {
    return ratio(truePositive + falsePositive, total());
  }

  private long total() {
    return truePositive + falsePositive + falseNegative + trueNegative;
  }

  private static OptionalDouble ratio(long part, long whole) {
    return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
  }
}
