package io.prumerge.store;

import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;
import scala.collection.Iterator;

/** Reads and writes Parquet whose column {@code image} holds encoded images. */
public final class ImageParquet {

  /** Size of a row group. Readers hold one in memory; a task that answers questions reads one. */
  private static final int GROUP_BYTES = 32 << 20;

  /**
   * Rows per batch. A row holds a whole encoded image, so Spark's default of 4,096 would not fit a
   * heap.
   */
  private static final int ROWS_AT_A_TIME = 64;

  private ImageParquet() {}

  /**
   * Returns a session for reading such Parquet: with all settings of {@code spark}, but small
   * batches and one task per row group. Spark takes both from a session only, and the caller's
   * session must not change, since it also reads other tables.
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

  /** Spark refuses to change settings that all sessions of an application share. */
  private static boolean isOfTheSession(String setting, SparkSession spark) {
    return !setting.startsWith("spark.sql.") || spark.conf().isModifiable(setting);
  }

  /**
   * Writes rows to a new folder, in row groups of 32 MiB, because readers hold one in memory.
   * Checks the group's size every few rows instead of every hundred, and uses weak compression and
   * no dictionary, because encoded images neither repeat nor shrink.
   */
  public static void write(Dataset<Row> rows, String output) {
    writer(rows).parquet(output);
  }

  /**
   * Adds rows to a folder in the same way. Each task moves its file once, which is a copy on an
   * object store, and not again at the end of the job: if that fails, some files are there.
   */
  public static void append(Dataset<Row> rows, String output) {
    writer(rows)
        .mode(SaveMode.Append)
        .option("mapreduce.fileoutputcommitter.algorithm.version", 2)
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", false)
        .parquet(output);
  }

  private static DataFrameWriter<Row> writer(Dataset<Row> rows) {
    return rows.write()
        .option("parquet.block.size", GROUP_BYTES)
        .option("parquet.page.size.row.check.min", 4)
        .option("parquet.page.size.row.check.max", 16)
        .option("parquet.enable.dictionary#image", false)
        .option("parquet.enable.dictionary#more_images.list.element", false)
        .option("compression", "zstd")
        .option("parquet.compression.codec.zstd.level", 1);
  }
}
