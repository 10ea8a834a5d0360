package io.prumerge.spark;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of the tests' JVM: two task threads, no UI, the loopback address. */
final class LocalSpark {

  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2]")
          .appName("prumerge-udfs tests")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", "2")
          .config("spark.sql.session.timeZone", "UTC")
          .config("spark.sql.codegen.cache.maxEntries", "10000")
          .getOrCreate();

  private LocalSpark() {}

  static SparkSession session() {
    if (System.getProperty("test.excludedGroups", "").contains("spark")) {
      throw new IllegalStateException("A test that starts Spark needs @Tag(\"spark\")");
    }
    return SESSION;
  }
}
