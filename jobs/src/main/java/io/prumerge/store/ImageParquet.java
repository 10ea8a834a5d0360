package io.prumerge.store;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;
import scala.collection.Iterator;

/** Parquet whose column {@code image} holds encoded pictures. */
public final class ImageParquet {

  /** A row group: what readers hold in memory, and what is worth a task where rows are asked. */
  private static final int GROUP_BYTES = 32 << 20;

  /** One row holds a whole encoded image; 4,096 of them, Spark's default, would not fit a heap. */
  private static final int ROWS_AT_A_TIME = 64;

  private ImageParquet() {}

  /**
   * A session to read such Parquet with: all settings of {@code spark}, but few rows at a time and
   * a task for every row group. Spark takes both from a session only, and that of the caller, who
   * also reads other tables with it, stays as it is.
   */
  static SparkSession reading(SparkSession spark) {
    SparkSession reading = spark.newSession();
    Iterator<Tuple2<String, String>> settings = spark.conf().getAll().iterator();
    while (settings.hasNext()) {
      Tuple2<String, String> setting = settings.next();
      if (isOfTheSession(setting._1(), spark)
          && !setting._2().equals(reading.conf().get(setting._1(), null))) {
        reading.conf().set(setting._1(), setting._2());
      }
    }
    reading.conf().set("spark.sql.parquet.columnarReaderBatchSize", ROWS_AT_A_TIME);
    reading.conf().set("spark.sql.files.maxPartitionBytes", GROUP_BYTES);
    return reading;
  }

  /** Spark refuses to set what all sessions of an application share. */
  private static boolean isOfTheSession(String setting, SparkSession spark) {
    return !setting.startsWith("spark.sql.") || spark.conf().isModifiable(setting);
  }

  /**
   * Writes rows to a new folder. Small row groups, because readers hold one in memory: 32 MiB, the
   * size looked at every few rows instead of every hundred. Encoded images neither repeat nor
   * shrink.
   */
  public static void write(Dataset<Row> rows, String output) {
    rows.write()
        .option("parquet.block.size", GROUP_BYTES)
        .option("parquet.page.size.row.check.min", 4)
        .option("parquet.page.size.row.check.max", 16)
        .option("parquet.enable.dictionary#image", false)
        .option("compression", "zstd")
        .option("parquet.compression.codec.zstd.level", 1)
        .parquet(output);
  }
}
