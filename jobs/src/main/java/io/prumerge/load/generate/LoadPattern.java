package io.prumerge.load.generate;

import java.util.OptionalInt;

/** When requests are due. */
public sealed interface LoadPattern {

  /** So many requests in flight: the next is due when one has ended. */
  record Closed(int concurrency) implements LoadPattern {

    public Closed {
      requireOne(concurrency);
    }
  }

  /**
   * Requests arrive by a gamma process, whatever becomes of those before, as in vLLM's {@code bench
   * serve}: gaps with shape {@code burstiness} and mean 1 / rate.
   *
   * @param rate requests a second; infinite: all at once
   * @param burstiness 1: Poisson; below, in bursts; infinite: equal gaps
   * @param mostInFlight those above it wait here; empty: none does
   */
  record Open(double rate, double burstiness, OptionalInt mostInFlight) implements LoadPattern {

    public Open {
      requirePositive("rate", rate);
      requirePositive("burstiness", burstiness);
      mostInFlight.ifPresent(LoadPattern::requireOne);
    }
  }

  private static void requireOne(int inFlight) {
    if (inFlight < 1) {
      throw new IllegalArgumentException("must have a request in flight, not " + inFlight);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + " must be above 0, not " + value);
    }
  }
}
