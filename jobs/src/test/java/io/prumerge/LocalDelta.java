package io.prumerge;

import io.delta.sql.DeltaSparkSessionExtension;
import org.apache.spark.sql.SparkSession;

/** A session with Delta's extension beside the tests' own. */
final class LocalDelta {

  private static SparkSession session;

  private LocalDelta() {}

  /** Returns it; the same in each test of a JVM. */
  static synchronized SparkSession session() {
    if (session != null) {
      return session;
    }
    SparkSession others = LocalSpark.session();
    SparkSession.clearDefaultSession();
    SparkSession.clearActiveSession();
    try {
      session =
          SparkSession.builder()
              .withExtensions(new DeltaSparkSessionExtension())
              .config(
                  "spark.sql.catalog.spark_catalog",
                  "org.apache.spark.sql.delta.catalog.DeltaCatalog")
              .config("spark.sql.sources.default", "delta")
              .config("spark.sql.legacy.createHiveTableByDefault", "false")
              .config("spark.databricks.delta.snapshotPartitions", "1")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              .getOrCreate();
      return session;
    } finally {
      SparkSession.setDefaultSession(others);
      SparkSession.setActiveSession(others);
    }
  }
}
