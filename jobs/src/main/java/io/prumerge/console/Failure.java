package io.prumerge.console;

/** The job cannot be done; the message says what to do. Exit code 1. */
public final class Failure extends WordedException {

  private static final long serialVersionUID = 1L;

  public Failure(String message) {
    super(Wording.plain(message));
  }

  public Failure(Wording message) {
    super(message);
  }
}
