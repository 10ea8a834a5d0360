package io.prumerge.prepare;

import io.prumerge.store.Table;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The table that {@link Prepare} wrote.
 *
 * @param output the table's folder
 * @param images images named by questions, each name counted once
 * @param differentImages of them, told apart by what they show in place of their names
 * @param missing images that were not found
 * @param unreadable images that are corrupt, of another format, too large or inexact
 * @param leftOutRows rows of the benchmark's files that could not be read
 * @param counts where everything went that was read; none of a table of an earlier version
 * @param videos what is known of them; empty of pictures
 */
public record PreparedTable(
    Path output,
    long images,
    long differentImages,
    long questions,
    long missing,
    long unreadable,
    long leftOutRows,
    Optional<ExampleCounts> counts,
    Optional<VideoContents> videos) {

  /** Reads the table. */
  public Dataset<Row> read(SparkSession spark) {
    return Table.EXAMPLES.read(spark, List.of(output.toString()));
  }
}
