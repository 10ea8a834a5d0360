package io.prumerge.cluster;

import java.io.IOException;

/** A process that gets the signal of a mapped file that was cut off. */
final class BusError {

  private BusError() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-BUS", Long.toString(ProcessHandle.current().pid()))
        .start()
        .waitFor();
    Thread.sleep(60_000);
  }
}
