package io.prumerge.estimate;

/**
 * The roofline model of hardware: an operator takes as long as its arithmetic at the peak rate or
 * its traffic at full bandwidth, whichever is longer. The model has no launch overhead, no
 * efficiency factor and no overlap between operators.
 *
 * @param operationsPerSecond peak rate
 * @param bytesPerSecond memory bandwidth
 */
record Roofline(double operationsPerSecond, double bytesPerSecond) {

  /** Operations per byte at which both take equally long. */
  double ridge() {
    return operationsPerSecond / bytesPerSecond;
  }

  /** The longer of arithmetic and traffic. */
  double seconds(long operations, long bytes) {
    return Math.max(operations / operationsPerSecond, bytes / bytesPerSecond);
  }

  /** Whether the traffic takes longer than the arithmetic. */
  boolean memoryBound(long operations, long bytes) {
    return operations / operationsPerSecond < bytes / bytesPerSecond;
  }
}
