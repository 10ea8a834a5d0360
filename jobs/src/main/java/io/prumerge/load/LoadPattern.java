package io.prumerge.load;

import java.util.OptionalInt;

/** When requests are due. */
public sealed interface LoadPattern {

  /** So many requests in flight: the next is due when one has ended. */
  record Closed(int concurrency) implements LoadPattern {}

  /**
   * Requests arrive by a gamma process, whatever becomes of those before, as in vLLM's {@code bench
   * serve}: gaps with shape {@code burstiness} and mean 1 / rate.
   *
   * @param rate requests a second; infinite: all at once
   * @param burstiness 1: Poisson; below, in bursts; infinite: equal gaps
   * @param mostInFlight those above it wait here; empty: none does
   */
  record Open(double rate, double burstiness, OptionalInt mostInFlight) implements LoadPattern {}
}
