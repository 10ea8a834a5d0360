package io.prumerge.jobs;

import io.prumerge.engine.ErrorKind;
import io.prumerge.settings.TargetSettings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Option of the commands that can ask errors again. */
final class RetryFlags {

  @Option(
      names = "--retry-errors",
      arity = "0..*",
      paramLabel = "KIND",
      description =
          "With --resume: ask the answers with errors again, all or those of some kinds, such as"
              + " endpoint_failed or device_out_of_memory; then write the tables and the report"
              + " anew.")
  private List<ErrorKind> kinds;

  void give(TargetSettings destination) {
    Optional.ofNullable(kinds).ifPresent(destination::retryErrors);
  }
}
