package io.prumerge.console;

import java.util.regex.Pattern;

/**
 * Whether this JVM is about to end, as by Ctrl+C. What fails from then on fails by that: Spark
 * cancels its jobs, file systems are closed, child processes are gone.
 */
public final class EndingJvm {

  private static final long PAUSE_MILLIS = 20;
  private static final int PAUSES = 50;

  // As Hadoop words the end of a command that it runs, such as ls, by SIGINT or SIGTERM.
  private static final Pattern STOPPED_CHILD = Pattern.compile("exitCode=(130|143)\\b");

  private EndingJvm() {}

  /** Returns whether the JVM has begun to end. */
  public static boolean hasBegun() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /**
   * Returns whether a problem comes of the end. Ctrl+C reaches child processes, too, and one may
   * have ended before the JVM begins to: then this waits a moment for it.
   */
  public static boolean explains(Throwable problem) {
    for (int pause = 0; pause < PAUSES && isOfStoppedChild(problem) && !hasBegun(); pause++) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return hasBegun();
  }

  private static boolean isOfStoppedChild(Throwable problem) {
    int depth = 0;
    for (Throwable cause = problem; cause != null && depth < 20; cause = cause.getCause()) {
      if (STOPPED_CHILD.matcher(String.valueOf(cause.getMessage())).find()) {
        return true;
      }
      depth++;
    }
    return false;
  }
}
