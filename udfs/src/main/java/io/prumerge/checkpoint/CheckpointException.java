package io.prumerge.checkpoint;

/**
 * A checkpoint folder that cannot be used as it is: a file missing or malformed, a setting this
 * library does not implement, a tensor missing, unknown or misshapen. The message is one line that
 * says what was attempted, why not, the value found and what to do.
 */
public final class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
