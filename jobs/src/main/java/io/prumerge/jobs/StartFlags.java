package io.prumerge.jobs;

import picocli.CommandLine.Option;

/** How a command goes about a run's folder. */
final class StartFlags {

  @Option(names = "--resume", description = "Go on with an unfinished run.")
  private boolean resume;

  @Option(
      names = "--take-over",
      description = "Go on though another driver seems to be at it; that one stops.")
  private boolean takeOver;

  RunTarget.Start start() {
    if (takeOver) {
      return RunTarget.Start.TAKE_OVER;
    }
    return resume ? RunTarget.Start.RESUME : RunTarget.Start.FRESH;
  }
}
