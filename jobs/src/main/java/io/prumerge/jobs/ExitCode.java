package io.prumerge.jobs;

/** What the process ends with; in cluster mode it becomes the application's final state. */
final class ExitCode {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  private ExitCode() {}
}
