package io.prumerge.run;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.plan.RunEstimate;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a chunk's predictions come to.
 *
 * @param runId empty where there are none
 * @param answers rows
 * @param errors rows with an error
 * @param images that some of them are about
 * @param aboutImages rows that are about an image
 */
record ChunkCounts(String runId, long answers, long errors, long images, long aboutImages) {

  /**
   * Counts what was written; four of its columns are read back.
   *
   * @param predictions of one run, rows of {@link Table#PREDICTIONS}
   */
  static ChunkCounts of(Dataset<Row> predictions) {
    List<Row> counts =
        predictions
            .groupBy("run_id")
            .agg(
                expr("count(*)"),
                expr("count(error)"),
                expr("count(DISTINCT benchmark, split, image_id)"),
                expr("count(image_id)"))
            .collectAsList();
    if (counts.size() > 1) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "One chunk holds answers of %d runs", counts.size()));
    }
    return counts.isEmpty()
        ? new ChunkCounts("", 0, 0, 0, 0)
        : new ChunkCounts(
            counts.get(0).getString(0),
            counts.get(0).getLong(1),
            counts.get(0).getLong(2),
            counts.get(0).getLong(3),
            counts.get(0).getLong(4));
  }

  /** In the counts of a {@link WorkMeter}. */
  WorkDone work(RunEstimate estimate) {
    int methods = estimate.methods().size();
    return new WorkDone(
        answers, estimate.flops(images, aboutImages / methods, (answers - aboutImages) / methods));
  }
}
