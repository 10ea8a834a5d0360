package io.prumerge.jobs;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.report.Table;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One chunk of a run, of which an {@link AnswerCache} may hold answers. Asked are, of every image,
 * those methods under which it lacks an answer, with all of the image's questions.
 */
final class ReusedAnswers {

  private static final String[] IMAGE = {"benchmark", "split", "image_key"};
  private static final String[] QUESTION = {"benchmark", "split", "question_id", "method"};

  private final SparkSession spark;
  private final AnswerCache cache;
  private final Manifest manifest;
  private final Dataset<Row> chunk;
  private final Dataset<Row> keyed;

  /**
   * @param chunk the planned rows
   */
  ReusedAnswers(SparkSession spark, AnswerCache cache, Manifest manifest, Dataset<Row> chunk) {
    this.spark = spark;
    this.cache = cache;
    this.manifest = manifest;
    this.chunk = chunk;
    RunConfiguration configuration = manifest.configuration();
    this.keyed =
        new KeyedQuestions(
                AnswerKey.Model.of(configuration),
                configuration.methods(),
                configuration.maxNewTokens())
            .of(chunk);
  }

  /**
   * One row per question and method, as of {@link Predictions}; what is in the cache is not asked.
   * Of an answer from there, {@code flops_executed} is 0, and times, host and device are those of
   * when it was given.
   *
   * @param tasks the work is dealt to
   */
  Dataset<Row> predictions(Predictions predictions, int tasks) throws IOException {
    Dataset<Row> answers = cache.answers();
    Dataset<Row> images = missing(answers);
    Dataset<Row> all =
        keyed
            .join(answers.drop("method"), AnswerCache.KEY)
            .join(broadcast(images), IMAGE, "inner")
            .where(expr("NOT array_contains(missing, method)"))
            .withColumn("run_id", lit(manifest.runId()))
            .withColumn("model", lit(Predictions.modelName(manifest.configuration().model())))
            .withColumn("flops_executed", lit(0L))
            .withColumn("error", lit(null))
            .selectExpr(Table.PREDICTIONS.schema().fieldNames())
            .to(Table.PREDICTIONS.schema());
    for (Set<String> methods : distinct(images)) {
      List<String> inOrder =
          manifest.configuration().methods().stream().filter(methods::contains).toList();
      Dataset<Row> these =
          images.where(
              expr(
                  "size(missing) = %d AND forall(missing, m -> m IN (%s))"
                      .formatted(inOrder.size(), quoted(inOrder))));
      all =
          all.unionByName(
              predictions.of(chunk.join(broadcast(these), IMAGE, "left_semi"), inOrder, tasks));
    }
    return all;
  }

  private static String quoted(List<String> methods) {
    return methods.stream().map("'%s'"::formatted).collect(Collectors.joining(", "));
  }

  /** The planned images with the methods under which one of their questions has no answer. */
  private Dataset<Row> missing(Dataset<Row> answers) {
    Dataset<Row> missing =
        keyed
            .join(
                answers.selectExpr(AnswerCache.KEY, "true AS known"),
                new String[] {AnswerCache.KEY},
                "left")
            .groupBy("benchmark", "split", "image_key", "method")
            .agg(expr("count(known) = count(*) AS whole"))
            .groupBy("benchmark", "split", "image_key")
            .agg(expr("collect_list(if(whole, NULL, method)) AS missing"));
    // Read once: the driver holds the keys of one chunk's images.
    return spark.createDataFrame(missing.collectAsList(), missing.schema());
  }

  private static Set<Set<String>> distinct(Dataset<Row> images) {
    return images.select("missing").distinct().collectAsList().stream()
        .map(row -> Set.copyOf(row.<String>getList(0)))
        .filter(methods -> !methods.isEmpty())
        .collect(Collectors.toSet());
  }

  /**
   * Leaves what the cache lacks of a committed attempt to other runs.
   *
   * @param attempt this chunk, written whole
   */
  void keep(Path attempt) throws IOException {
    Dataset<Row> fresh =
        keyed
            .select(col("benchmark"), col("split"), col("question_id"), col("method"), col("key"))
            .join(
                Table.PREDICTIONS.read(spark, List.of(attempt.toString())).where("error IS NULL"),
                QUESTION,
                "inner")
            .join(
                cache.answers().select(AnswerCache.KEY),
                new String[] {AnswerCache.KEY},
                "left_anti");
    if (!fresh.isEmpty()) {
      cache.add(fresh);
    }
  }
}
