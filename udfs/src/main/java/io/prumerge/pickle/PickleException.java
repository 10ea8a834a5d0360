package io.prumerge.pickle;

/** A file of torch.save that is damaged, or that holds something else than tensors by name. */
public final class PickleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PickleException(String message) {
    super(message);
  }

  public PickleException(String message, Throwable cause) {
    super(message, cause);
  }
}
