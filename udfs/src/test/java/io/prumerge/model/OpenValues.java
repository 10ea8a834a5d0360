package io.prumerge.model;

/** Counts native values for leak tests of other packages. */
public final class OpenValues {
  private OpenValues() {}

  /** Values that are open in this JVM. */
  public static long count() {
    return Torch.openValues();
  }
}
