package io.prumerge;

import java.nio.file.Path;
import java.util.Map;

/** Adds the catalog {@code lake} to the tests' session: Iceberg in a folder. */
public final class LocalLake {

  private LocalLake() {}

  /** Returns the settings of a session that has it. */
  public static Map<String, String> settings(Path folder) {
    return Map.of(
        "spark.sql.catalog.lake",
        "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type",
        "hadoop",
        "spark.sql.catalog.lake.warehouse",
        folder.toUri().toString());
  }

  /** Adds it to the tests' session. */
  public static void in(Path folder) {
    settings(folder).forEach(LocalSpark.session().conf()::set);
  }
}
