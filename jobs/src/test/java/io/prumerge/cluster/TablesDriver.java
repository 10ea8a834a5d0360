package io.prumerge.cluster;

import io.prumerge.jobs.Main;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * An application with a table of Iceberg and one of Delta, of both of which rows were deleted: it
 * writes their first benchmark files and runs commands, as a notebook would.
 */
public final class TablesDriver {

  /** Iceberg's, in the catalog {@code lake}. */
  static final String ICEBERG = "lake.shop.sold";

  /** Delta's, whose deleted rows stay in their files, next to a deletion vector. */
  static final String DELTA = "shop.sold";

  private TablesDriver() {}

  /**
   * Called by spark-submit.
   *
   * @param arguments folder for what is written before the commands, a folder of questions, and
   *     commands, which may name {@code lake.yaml} and {@code house.yaml} in the first: each is one
   *     argument, with a word a line
   */
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    String work = arguments[0];
    spark.read().parquet(arguments[1]).createOrReplaceTempView("questions");
    spark.sql("CREATE TABLE " + ICEBERG + " USING iceberg AS SELECT * FROM questions");
    spark.sql("CREATE SCHEMA shop LOCATION '" + work + "/shop'");
    spark.sql(
        "CREATE TABLE "
            + DELTA
            + " USING delta TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')"
            + " AS SELECT * FROM questions");
    spark.sql("DELETE FROM " + ICEBERG + " WHERE id IN ('q0', 'q4')");
    spark.sql("DELETE FROM " + DELTA + " WHERE id = 'q3'");
    spark.sql("DESCRIBE HISTORY " + DELTA).createOrReplaceTempView("history");
    spark
        .sql("SELECT operationMetrics['numDeletionVectorsAdded'] FROM history WHERE version = 1")
        .collectAsList()
        .forEach(row -> System.out.println("deletion vectors: " + row.get(0)));
    spark.table(ICEBERG).write().parquet(work + "/iceberg");
    spark.table(DELTA).write().parquet(work + "/delta");

    run("init-benchmark", "--data", "table:" + ICEBERG, "--output", work + "/lake.yaml");
    run("init-benchmark", "--data", "table:" + DELTA, "--output", work + "/house.yaml");
    Stream.of(arguments).skip(2).forEach(command -> run(command.split("\n")));
    spark.stop();
  }

  private static void run(String... arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    if (Main.run(out, err, arguments) != 0) {
      throw new AssertionError(String.join(" ", arguments) + " failed");
    }
  }
}
