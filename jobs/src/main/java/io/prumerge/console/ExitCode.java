package io.prumerge.console;

/** Exit codes of the process. In cluster mode the code becomes the application's final state. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;

  private ExitCode() {}
}
