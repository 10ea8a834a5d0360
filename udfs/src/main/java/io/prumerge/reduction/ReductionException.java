package io.prumerge.reduction;

/**
 * An image's tokens cannot be reduced by a method; the message says which value stands against it.
 */
public final class ReductionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ReductionException(String message) {
    super(message);
  }
}
