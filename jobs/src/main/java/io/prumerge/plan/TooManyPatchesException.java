package io.prumerge.plan;

/** Evidence of all pairs of patches is asked for, of too many patches. */
final class TooManyPatchesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooManyPatchesException(int patches) {
    super("Cannot compare " + patches + " patches with each other on the driver");
  }
}
