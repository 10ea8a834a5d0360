package io.prumerge.model;

import io.prumerge.torch.Torch;

/** Counts native values for leak tests of other packages. */
public final class OpenValues {

  private static final int LOOKS = 20;
  private static final int PAUSE_MILLIS = 50;

  private OpenValues() {}

  /** Values that are open in this JVM. */
  public static long count() {
    return Torch.openValues();
  }

  /**
   * Values that stay open: an engine answers before it has closed all that an image needed. Those
   * whose number does not change for a second; where there are none, at once.
   */
  public static long atRest() {
    long count = count();
    for (int quiet = 0; count > 0 && quiet < LOOKS; quiet++) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return count;
      }
      long now = count();
      quiet = now == count ? quiet : 0;
      count = now;
    }
    return count;
  }
}
