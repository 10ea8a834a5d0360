package io.prumerge.config;

/**
 * A checkpoint folder that cannot be used as it is: a file missing or malformed, a setting this
 * library does not implement, a tensor missing, unknown or misshapen. The message is one line that
 * says what was attempted, why not, the value found and what to do.
 */
public final class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST_MESSAGE = 2_000;

  public CheckpointException(String message) {
    super(oneLine(message));
  }

  public CheckpointException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** Messages quote foreign files, whose names and values may hold line breaks or be very long. */
  private static String oneLine(String message) {
    String line = message.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + " ...";
  }
}
