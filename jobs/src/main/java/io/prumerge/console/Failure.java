package io.prumerge.console;

/** Says that a job cannot be done, and what to do. Exit code 1. */
public final class Failure extends WordedException {

  private static final long serialVersionUID = 1L;

  public Failure(String message) {
    super(Wording.plain(message));
  }

  public Failure(Wording message) {
    super(message);
  }
}
