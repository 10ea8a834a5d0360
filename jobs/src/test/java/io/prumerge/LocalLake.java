package io.prumerge;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** The Iceberg catalog {@code lake} of the tests' session, in a folder. */
final class LocalLake {

  private LocalLake() {}

  static void in(Path folder) {
    SparkSession spark = LocalSpark.session();
    spark.conf().set("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog.lake.type", "hadoop");
    spark.conf().set("spark.sql.catalog.lake.warehouse", folder.toUri().toString());
  }
}
