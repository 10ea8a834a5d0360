package io.prumerge.run;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.Plan;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One chunk of a run with an answer cache. If an image lacks an answer under a method, all of its
 * questions are asked under that method.
 */
final class ReusedAnswers {

  private static final String[] IMAGE = {"benchmark", "split", "image_key"};

  private final SparkSession spark;
  private final FoundAnswers answers;
  private final Manifest manifest;
  private final Dataset<Row> chunk;
  private final Dataset<Row> keyed;
  private final Dataset<Row> found;

  /**
   * @param answers found answers of this model's run, for all its chunks
   * @param number the chunk's number in that run
   * @param chunk the chunk's planned rows
   */
  ReusedAnswers(
      SparkSession spark, FoundAnswers answers, Manifest manifest, int number, Dataset<Row> chunk) {
    this.spark = spark;
    this.answers = answers;
    this.manifest = manifest;
    this.chunk = chunk;
    this.keyed = answers.keys().of(chunk.withColumn(Plan.CHUNK, lit(number)));
    this.found = answers.of(spark, number);
  }

  /**
   * Returns one row per question and method, like {@link Predictions}, but takes answers from the
   * cache where possible. A cached answer has {@code flops_executed} 0 and keeps its original
   * times, host and device.
   *
   * @param tasks as in {@link Predictions}
   */
  Dataset<Row> predictions(Predictions predictions, OptionalInt tasks) {
    Dataset<Row> images = missing();
    Dataset<Row> all =
        found
            .join(broadcast(images), IMAGE, "left")
            .where(expr("missing IS NULL OR NOT array_contains(missing, method)"))
            .withColumn("run_id", lit(manifest.runId()))
            .withColumn("model", lit(PinnedModel.name(manifest.configuration().model())))
            .withColumn("flops_executed", expr("if(flops_total IS NULL, NULL, 0L)"))
            .withColumn("error", lit(null))
            .selectExpr(Table.PREDICTIONS.schema().fieldNames())
            .to(Table.PREDICTIONS.schema());
    for (Set<String> methods : distinct(images)) {
      List<String> inOrder =
          manifest.configuration().methods().stream().filter(methods::contains).toList();
      Dataset<Row> these =
          images.where(
              expr(
                  String.format(
                      Locale.ROOT,
                      "size(missing) = %d AND forall(missing, m -> m IN (%s))",
                      inOrder.size(),
                      quoted(inOrder))));
      all =
          all.unionByName(
              predictions.of(chunk.join(broadcast(these), IMAGE, "left_semi"), inOrder, tasks));
    }
    return all;
  }

  private static String quoted(List<String> methods) {
    return methods.stream().map(method -> "'" + method + "'").collect(Collectors.joining(", "));
  }

  /** Returns the planned images with the methods under which a question has no cached answer. */
  private Dataset<Row> missing() {
    Dataset<Row> missing =
        keyed
            .join(found.selectExpr(FoundAnswers.QUESTION), FoundAnswers.QUESTION, "left_anti")
            .groupBy("benchmark", "split", "image_key")
            .agg(expr("collect_set(method) AS missing"));
    // Collected, to compute it once: the driver can hold the keys of one chunk's images.
    return spark.createDataFrame(missing.collectAsList(), missing.schema());
  }

  private static Set<Set<String>> distinct(Dataset<Row> images) {
    return images.select("missing").distinct().collectAsList().stream()
        .map(row -> Set.copyOf(row.<String>getList(0)))
        .collect(Collectors.toSet());
  }

  /**
   * Adds the new answers of a committed attempt to the cache.
   *
   * @param attempt the written predictions of this chunk
   */
  void keep(Dataset<Row> attempt) {
    Dataset<Row> fresh =
        keyed
            .select("benchmark", "split", "question_id", "method", AnswerCache.KEY)
            .join(attempt.where("error IS NULL"), FoundAnswers.QUESTION)
            .join(found.select(AnswerCache.KEY), new String[] {AnswerCache.KEY}, "left_anti");
    if (!fresh.isEmpty()) {
      answers.cache().add(fresh);
    }
  }
}
