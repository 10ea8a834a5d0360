package io.prumerge.run;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.Plan;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.run.cache.ImageLookup;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One chunk of a run with an answer cache. If an image lacks an answer under a method, all of its
 * questions are asked under that method.
 */
final class ReusedAnswers {

  /** The columns that identify an answer within a run. */
  private static final String[] QUESTION = {"benchmark", "split", "question_id", "method"};

  /** No method's name has one. */
  private static final String SEPARATOR = "\n";

  private final AnswerCache cache;
  private final Manifest manifest;
  private final Dataset<Row> chunk;
  private final Dataset<Row> images;

  /**
   * @param cache receives new answers
   * @param chunk the chunk's planned rows
   * @param images what the cache knows of them: rows of {@link ImageLookup#SCHEMA}
   */
  ReusedAnswers(AnswerCache cache, Manifest manifest, Dataset<Row> chunk, Dataset<Row> images) {
    this.cache = cache;
    this.manifest = manifest;
    this.chunk = chunk;
    this.images = images;
  }

  /**
   * Returns one row per question and method, like {@link Predictions}, but takes answers from the
   * cache where possible. A cached answer has {@code flops_executed} 0 and keeps its original
   * times, host and device.
   *
   * @param tasks as in {@link Predictions}
   */
  Dataset<Row> predictions(Predictions predictions, OptionalInt tasks) {
    Dataset<Row> all =
        images
            .select(
                expr("benchmark"),
                expr("split"),
                expr("image_id"),
                expr("image_sha256"),
                expr("inline(" + ImageLookup.ANSWERS + ")"))
            .withColumn("run_id", lit(manifest.runId()))
            .withColumn("model", lit(PinnedModel.name(manifest.configuration().model())))
            .withColumn("flops_executed", expr("if(flops_total IS NULL, NULL, 0L)"))
            .withColumn("error", lit(null))
            .selectExpr(Table.PREDICTIONS.schema().fieldNames())
            .to(Table.PREDICTIONS.schema());
    for (String methods : missing()) {
      Dataset<Row> these =
          images.where(array_join(col(ImageLookup.MISSING), SEPARATOR).equalTo(lit(methods)));
      all = all.unionByName(asked(predictions, these, List.of(methods.split(SEPARATOR)), tasks));
    }
    return all;
  }

  /** Returns the sets of methods under which some images lack answers: a few, of any chunk. */
  private List<String> missing() {
    return images
        .where("size(" + ImageLookup.MISSING + ") > 0")
        .select(array_join(col(ImageLookup.MISSING), SEPARATOR))
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private Dataset<Row> asked(
      Predictions predictions, Dataset<Row> these, List<String> methods, OptionalInt tasks) {
    return Arrays.asList(chunk.columns()).contains(Plan.FILE)
        ? predictions.of(ChosenImages.whereRead(chunk, these), methods, tasks)
        // Rows of a DataFrame are shuffled in any case, and then need not be again.
        : predictions.of(
            ChosenImages.shuffled(chunk, these, tasks.orElseThrow()), methods, OptionalInt.empty());
  }

  /**
   * Adds the new answers of a committed attempt to the cache.
   *
   * @param attempt the written predictions of this chunk
   */
  void keep(Dataset<Row> attempt) throws IOException {
    Dataset<Row> keys =
        images.selectExpr("benchmark", "split", "inline(" + ImageLookup.UNANSWERED + ")");
    if (!keys.isEmpty()) {
      // A merge join: a broadcast would bring the keys to the driver.
      cache.add(attempt.where("error IS NULL").join(keys.hint("merge"), QUESTION));
    }
  }
}
