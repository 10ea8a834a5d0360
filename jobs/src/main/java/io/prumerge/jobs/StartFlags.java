package io.prumerge.jobs;

import io.prumerge.Evaluation;
import picocli.CommandLine.Option;

/** Options for continuing a run. */
final class StartFlags {

  @Option(names = "--resume", description = "Continue an unfinished run.")
  private boolean resume;

  @Option(
      names = "--take-over",
      description = "Continue although another driver seems to work on the run; that driver stops.")
  private boolean takeOver;

  @Option(
      names = "--allow-code-change",
      description =
          "Continue although the code, libtorch, Java or the resolved dtype differ; the manifest records it.")
  private boolean allowCodeChange;

  void give(Evaluation evaluation) {
    if (resume) {
      evaluation.resume();
    }
    if (takeOver) {
      evaluation.takeOver();
    }
    if (allowCodeChange) {
      evaluation.allowCodeChange();
    }
  }
}
