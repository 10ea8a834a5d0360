package io.prumerge.console;

/** Refuses a command's settings before it does anything. Exit code 2. */
public final class UsageException extends WordedException {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(Wording.plain(message));
  }

  public UsageException(Wording message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(Wording.plain(message), cause);
  }

  public UsageException(Wording message, Throwable cause) {
    super(message, cause);
  }
}
