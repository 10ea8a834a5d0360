package io.prumerge.estimate;

/**
 * One operator of a pass, with its number of runs.
 *
 * @param name within its stage, such as {@code q_proj}
 * @param kind of its operands
 * @param times how often it runs: once, or once per layer
 * @param operations of one run
 * @param traffic of one run
 * @param format of the arithmetic
 */
record Operator(
    String name, OperatorKind kind, long times, long operations, Traffic traffic, Format format) {

  /** Returns this operator at another format's rate. */
  Operator in(Format other) {
    return new Operator(name, kind, times, operations, traffic, other);
  }

  /** Returns the least time of all runs together. */
  double seconds(Hardware hardware) {
    return times * hardware.roofline(format).seconds(operations, traffic.total());
  }

  /** Returns whether its traffic takes longer than its arithmetic. */
  boolean memoryBound(Hardware hardware) {
    return hardware.roofline(format).memoryBound(operations, traffic.total());
  }
}
