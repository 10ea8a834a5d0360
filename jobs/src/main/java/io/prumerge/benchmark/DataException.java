package io.prumerge.benchmark;

/**
 * A file that was given is not what it should be; the message names the file and, where it can, the
 * line.
 */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
