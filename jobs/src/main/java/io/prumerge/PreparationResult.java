package io.prumerge;

import io.prumerge.prepare.PreparedTable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A written table of examples. */
public final class PreparationResult {

  private final SparkSession spark;
  private final PreparedTable prepared;

  PreparationResult(SparkSession spark, PreparedTable prepared) {
    this.spark = spark;
    this.prepared = prepared;
  }

  /** Returns the table's folder, for {@link Evaluation#examples(String...)}. */
  public String output() {
    return prepared.output().toString();
  }

  /** Returns one row per image, with its questions nested. */
  public Dataset<Row> examples() {
    return prepared.read(spark);
  }

  /** Returns the number of images that questions name. */
  public long images() {
    return prepared.images();
  }

  /** Returns the number of questions. */
  public long questions() {
    return prepared.questions();
  }

  /** Returns the number of images that were not found. Their answers will be errors. */
  public long missingImages() {
    return prepared.missing();
  }

  /**
   * Returns the number of images that are corrupt, too large or of an unknown format, or JPEG files
   * that this Java's decoder turns into other pixels than Pillow. Their answers will be errors.
   */
  public long unreadableImages() {
    return prepared.unreadable();
  }

  /**
   * Returns the number of rows of the benchmark's files that could not be read. Their questions are
   * not in the table.
   */
  public long leftOutRows() {
    return prepared.leftOutRows();
  }
}
