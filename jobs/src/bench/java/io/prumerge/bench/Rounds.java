package io.prumerge.bench;

import java.time.Duration;

/** Repeats a round of measurements while there is time for another one; at least once. */
final class Rounds {

  /** One measurement of each contestant. */
  interface Round {
    /**
     * @param number from 0 on; who begins should alternate with it
     */
    void run(int number) throws Exception;
  }

  private Rounds() {}

  static void within(Duration allotted, int most, Round round) throws Exception {
    long start = System.nanoTime();
    long longest = 0;
    for (int number = 0; number < most; number++) {
      long began = System.nanoTime();
      if (number > 0 && began - start + longest > allotted.toNanos()) {
        return;
      }
      round.run(number);
      longest = Math.max(longest, System.nanoTime() - began);
    }
  }
}
