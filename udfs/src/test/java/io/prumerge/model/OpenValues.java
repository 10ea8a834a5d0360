package io.prumerge.model;

import io.prumerge.torch.Torch;

/** Counts native values for leak tests of other packages. */
public final class OpenValues {
  private OpenValues() {}

  /** Values that are open in this JVM. */
  public static long count() {
    return Torch.openValues();
  }

  /** Values that stay open: an engine answers before it has closed all that an image needed. */
  public static long atRest() {
    long count = count();
    long before;
    do {
      before = count;
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return before;
      }
      count = count();
    } while (count != before);
    return count;
  }
}
