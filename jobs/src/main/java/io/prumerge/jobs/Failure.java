package io.prumerge.jobs;

/** The job cannot be done; the message says what to do. Exit code 1. */
final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }
}
