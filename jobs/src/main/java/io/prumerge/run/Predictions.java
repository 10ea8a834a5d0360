package io.prumerge.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.spark.LlavaPredictor;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Examples through the model: rows of {@link Table#PREDICTIONS}. */
public final class Predictions {

  private final RunConfiguration configuration;
  private final String runId;
  private final WeightsPin weights;
  private final WorkMeter meter;

  /**
   * @param weights which weights every executor's copy of the model must have
   * @param meter counts the images as they are answered, for progress
   */
  Predictions(Manifest manifest, WeightsPin weights, WorkMeter meter) {
    this.runId = manifest.runId();
    this.configuration = manifest.configuration();
    this.weights = weights;
    this.meter = meter;
  }

  private LlavaPredictor predictor(List<String> methods) {
    return new LlavaPredictor()
        .setModelUrl(configuration.model())
        .setMethods(methods.toArray(String[]::new))
        .setDevice(configuration.device())
        .setDtype(configuration.dtype())
        .setImageAspect(configuration.imageAspect())
        .setConversation(configuration.conversation())
        .setModelSha256(weights.sha256())
        .setInputCol("image")
        .setPromptCol("prompts")
        .setMaxNewTokensCol("budgets")
        .setOutputCol("predictions");
  }

  /**
   * One row per question and method; lazy, the model runs when they are written.
   *
   * @param examples rows of {@link Table#EXAMPLES} with their {@code image_key}
   * @param methods some of the configuration's
   * @param tasks that the work is dealt to anew, by the images' names; empty = those that read the
   *     examples, which then are not sent over the network
   */
  Dataset<Row> of(Dataset<Row> examples, List<String> methods, OptionalInt tasks) {
    Dataset<Row> asked =
        (tasks.isPresent() ? dealt(examples, tasks.getAsInt()) : examples)
            .select(
                expr("benchmark"),
                expr("split"),
                expr("image_id"),
                expr("image_sha256"),
                // The predictor takes no bytes for a missing image and null for text-only.
                expr("if(image_id IS NOT NULL, coalesce(image, X''), NULL) AS image"),
                expr("questions.prompt AS prompts"),
                expr(
                    String.format(
                        Locale.ROOT, "transform(questions, q -> %s) AS budgets", budget())),
                expr("questions"));
    Dataset<Row> answered = predictor(methods).transform(asked).drop("image", "prompts", "budgets");
    WorkMeter counter = meter;
    return answered
        .map((MapFunction<Row, Row>) counter::counted, Encoders.row(answered.schema()))
        // Prompts in their order, under each the methods in theirs.
        .selectExpr("*", "posexplode(predictions) AS (position, prediction)")
        .withColumn(
            "asked",
            expr(
                String.format(
                    Locale.ROOT, "questions[cast(position div %d AS int)]", methods.size())))
        .select("benchmark", "split", "image_id", "image_sha256", "asked", "prediction.*")
        .withColumn("question_id", expr("asked.question_id"))
        .withColumn("category", expr("asked.category"))
        .withColumn("run_id", lit(runId))
        .withColumn("model", lit(PinnedModel.name(configuration.model())))
        .selectExpr(Table.PREDICTIONS.schema().fieldNames())
        .to(Table.PREDICTIONS.schema());
  }

  /** By a hash: to deal rows out in turn, Spark would sort them first, images and all. */
  private static Dataset<Row> dealt(Dataset<Row> examples, int tasks) {
    return examples.repartition(tasks, col("benchmark"), col("split"), col("image_key"));
  }

  /** Each question's own limit; 0 leaves it to the checkpoint. */
  private String budget() {
    int forAll = configuration.maxNewTokens();
    return forAll > 0 ? Integer.toString(forAll) : "coalesce(q.max_new_tokens, 0)";
  }
}
