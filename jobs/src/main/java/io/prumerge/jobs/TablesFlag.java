package io.prumerge.jobs;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of the commands that can fill a catalog's tables. */
final class TablesFlag {

  @Option(
      names = "--tables",
      paramLabel = "CATALOG.SCHEMA",
      description =
          "Append predictions, scores, metrics, efficiency, summary and runs to these tables too, each run once; made where they are missing.")
  private String schema;

  Optional<String> asked() {
    return Optional.ofNullable(schema);
  }
}
