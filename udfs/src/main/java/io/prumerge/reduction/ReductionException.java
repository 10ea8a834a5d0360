package io.prumerge.reduction;

/** A method cannot reduce an image's tokens; the message names the value that prevents it. */
public final class ReductionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ReductionException(String message) {
    super(message);
  }
}
