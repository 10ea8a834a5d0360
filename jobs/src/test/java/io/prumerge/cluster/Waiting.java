package io.prumerge.cluster;

import java.io.IOException;
import java.time.Duration;

/** Waits for other processes. */
public final class Waiting {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Waiting() {}

  /** A condition. */
  public interface Condition {
    boolean holds() throws IOException;
  }

  /**
   * @param what name of the condition, for the error message
   */
  public static void until(String what, Condition condition)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new IOException("Waited %s in vain until %s".formatted(PATIENCE, what));
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }
}
