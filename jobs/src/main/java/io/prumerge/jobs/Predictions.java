package io.prumerge.jobs;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.report.Table;
import io.prumerge.spark.LlavaPredictor;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Examples through the model: rows of {@link Table#PREDICTIONS}. */
final class Predictions {

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
   * @param examples rows of {@link Table#EXAMPLES}
   * @param methods some of the configuration's
   * @param partitions tasks the work is dealt to
   */
  Dataset<Row> of(Dataset<Row> examples, List<String> methods, int partitions) {
    Dataset<Row> asked =
        examples
            .repartition(partitions)
            .select(
                expr("benchmark"),
                expr("split"),
                expr("image_id"),
                expr("image_sha256"),
                // The predictor takes no bytes for a missing image and null for text-only.
                expr("if(image_id IS NOT NULL, coalesce(image, X''), NULL) AS image"),
                expr("questions.prompt AS prompts"),
                expr("transform(questions, q -> %s) AS budgets".formatted(budget())),
                expr("questions"));
    Dataset<Row> answered = predictor(methods).transform(asked).drop("image", "prompts", "budgets");
    WorkMeter counter = meter;
    return answered
        .map((MapFunction<Row, Row>) counter::counted, Encoders.row(answered.schema()))
        // Prompts in their order, under each the methods in theirs.
        .selectExpr("*", "posexplode(predictions) AS (position, prediction)")
        .withColumn(
            "asked", expr("questions[cast(position div %d AS int)]".formatted(methods.size())))
        .select("benchmark", "split", "image_id", "image_sha256", "asked", "prediction.*")
        .withColumn("question_id", expr("asked.question_id"))
        .withColumn("category", expr("asked.category"))
        .withColumn("run_id", lit(runId))
        .withColumn("model", lit(modelName(configuration.model())))
        .selectExpr(Table.PREDICTIONS.schema().fieldNames())
        .to(Table.PREDICTIONS.schema());
  }

  /** Each question's own limit; 0 leaves it to the checkpoint. */
  private String budget() {
    int forAll = configuration.maxNewTokens();
    return forAll > 0 ? Integer.toString(forAll) : "coalesce(q.max_new_tokens, 0)";
  }

  /** The folder's last name, as LLaVA's answer files call a model. */
  static String modelName(String model) {
    return new org.apache.hadoop.fs.Path(model).getName();
  }
}
