package io.prumerge.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Images that answer files know by name alone: those that another run saw under their names, or
 * that tables have.
 */
final class NamedImages {

  private static final String[] NAME = {"benchmark", "split", "image_id"};

  private static final String HASH = "image_sha256";

  private NamedImages() {}

  /**
   * Returns rows in which the images of answer files have the hashes that the other runs know: else
   * no answer of the one would be paired with one of the other.
   *
   * @param rows with the columns {@code run_id, benchmark, split, image_id, image_sha256}
   */
  static Dataset<Row> known(Dataset<Row> rows, List<Manifest> runs) {
    Object[] files = ofFiles(runs);
    return files.length == runs.size()
        ? rows
        : told(rows, files, rows.where(not(col("run_id").isin(files))));
  }

  /**
   * Returns rows in which the images of answer files have the hashes that tables know.
   *
   * @param rows as of {@link #known}
   * @param tables with the columns {@code benchmark, split, image_id, image_sha256}
   */
  static Dataset<Row> in(Dataset<Row> tables, Dataset<Row> rows, List<Manifest> runs) {
    return told(rows, ofFiles(runs), tables);
  }

  private static Object[] ofFiles(List<Manifest> runs) {
    return runs.stream()
        .filter(run -> run.configuration().isOfFiles())
        .map(Manifest::runId)
        .toArray();
  }

  private static Dataset<Row> told(Dataset<Row> rows, Object[] files, Dataset<Row> images) {
    if (files.length == 0) {
      return rows;
    }
    Dataset<Row> seen =
        images
            .where(col(HASH).isNotNull())
            .groupBy(col(NAME[0]), col(NAME[1]), col(NAME[2]))
            .agg(min(HASH).as("seen"));
    return rows.join(seen, NAME, "left")
        .withColumn(
            HASH,
            when(col("run_id").isin(files), coalesce(col(HASH), col("seen"))).otherwise(col(HASH)))
        .selectExpr(rows.columns());
  }
}
