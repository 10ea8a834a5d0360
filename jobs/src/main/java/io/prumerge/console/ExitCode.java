package io.prumerge.console;

/** What the process ends with; in cluster mode it becomes the application's final state. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;

  private ExitCode() {}
}
