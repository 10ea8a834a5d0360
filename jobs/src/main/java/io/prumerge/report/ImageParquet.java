package io.prumerge.report;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Parquet whose column {@code image} holds encoded pictures. */
public final class ImageParquet {

  private ImageParquet() {}

  /**
   * Writes rows to a new folder. Small row groups, because readers hold one in memory: 32 MiB, the
   * size looked at every few rows instead of every hundred. Encoded images neither repeat nor
   * shrink.
   */
  public static void write(Dataset<Row> rows, String output) {
    rows.write()
        .option("parquet.block.size", 32 << 20)
        .option("parquet.page.size.row.check.min", 4)
        .option("parquet.page.size.row.check.max", 16)
        .option("parquet.enable.dictionary#image", false)
        .option("compression", "zstd")
        .option("parquet.compression.codec.zstd.level", 1)
        .parquet(output);
  }
}
