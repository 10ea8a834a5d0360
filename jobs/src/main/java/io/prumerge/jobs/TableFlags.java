package io.prumerge.jobs;

import io.prumerge.settings.TargetSettings;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Option of the commands that can append to a catalog's tables. */
final class TableFlags {

  @Option(
      names = "--tables",
      paramLabel = "CATALOG.SCHEMA",
      description =
          "Also append predictions, scores and the report's tables to the tables of this schema,"
              + " each run once; creates missing tables.")
  private String schema;

  void give(TargetSettings destination) {
    destination.tables.set(schema);
  }

  Optional<String> asked() {
    return Optional.ofNullable(schema);
  }
}
