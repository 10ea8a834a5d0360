package io.prumerge;

import io.prumerge.prepare.Prepared;
import io.prumerge.store.Table;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A table of examples that was written. */
public final class PreparationResult {

  private final SparkSession spark;
  private final Prepared prepared;

  PreparationResult(SparkSession spark, Prepared prepared) {
    this.spark = spark;
    this.prepared = prepared;
  }

  /** The table's folder, for {@link Evaluation#examples(String...)}. */
  public String output() {
    return prepared.output().toString();
  }

  /** One row per image, its questions nested. */
  public Dataset<Row> examples() {
    return Table.EXAMPLES.read(spark, List.of(output()));
  }

  /** Images that questions name. */
  public long images() {
    return prepared.images();
  }

  /** All questions. */
  public long questions() {
    return prepared.questions();
  }

  /** Images that were not there; their questions will have an error. */
  public long missingImages() {
    return prepared.missing();
  }

  /**
   * Images that are corrupt, of another format or too large; their questions will have an error.
   */
  public long unreadableImages() {
    return prepared.unreadable();
  }
}
