package io.prumerge;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Adds the catalog {@code lake} to the tests' session: Iceberg in a folder. */
final class LocalLake {

  private LocalLake() {}

  static void in(Path folder) {
    SparkSession spark = LocalSpark.session();
    spark.conf().set("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog.lake.type", "hadoop");
    spark.conf().set("spark.sql.catalog.lake.warehouse", folder.toUri().toString());
  }
}
