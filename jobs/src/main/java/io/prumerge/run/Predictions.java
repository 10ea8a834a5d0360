package io.prumerge.run;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.Timing;
import io.prumerge.lang.Text;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.spark.LlavaPredictor;
import io.prumerge.store.RepeatedRow;
import io.prumerge.store.Table;
import io.prumerge.video.ChosenFrames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Applies the model to examples: makes rows of a table of answers. */
final class Predictions {

  private static final String NO_IMAGES = "CAST(array() AS ARRAY<BINARY>)";
  private static final String NO_TIMES =
      "CAST(NULL AS " + LlavaPredictor.TIMES.catalogString() + ")";

  private final RunConfiguration configuration;
  private final Optional<ChosenFrames> frames;
  private final String runId;
  private final WeightsPin weights;
  private final ModelFiles files;
  private final WorkMeter meter;
  private final int requests;
  private final Table<?> table;

  /**
   * @param table {@link Table#PREDICTIONS}, or {@link RepeatedRow#TABLE} with the margins of
   *     answers
   * @param weights weights that every executor's copy of the model must have
   * @param files files that answers must come from
   * @param meter counts answered images for the progress line
   * @param requests requests that each task may have under way, if the model is behind an endpoint
   */
  Predictions(
      Table<?> table,
      Manifest manifest,
      WeightsPin weights,
      ModelFiles files,
      WorkMeter meter,
      int requests) {
    this.table = table;
    this.requests = requests;
    this.runId = manifest.runId();
    this.configuration = manifest.configuration();
    this.frames = configuration.frames();
    this.weights = weights;
    this.files = files;
    this.meter = meter;
  }

  /**
   * Begins to load a run's model ahead of its tasks, which run in this process.
   *
   * @param configuration of a model that is not behind an endpoint
   */
  static void preload(RunConfiguration configuration, WeightsPin weights, ModelFiles files) {
    predictor(configuration, weights, configuration.methods()).answeringBy(files).preload();
  }

  private static LlavaPredictor predictor(
      RunConfiguration configuration, String model, List<String> methods) {
    LlavaPredictor predictor = new LlavaPredictor();
    configuration.given().setOn(predictor);
    return predictor
        .setModelUrl(model)
        .setMethods(methods.toArray(String[]::new))
        .setInputCol("images")
        .setVideo(configuration.frames().isPresent())
        .setTimesCol("times")
        .setPromptCol("prompts")
        .setMaxNewTokensCol("budgets")
        .setOutputCol("predictions");
  }

  private static LlavaPredictor predictor(
      RunConfiguration configuration, WeightsPin weights, List<String> methods) {
    return predictor(configuration, configuration.model(), methods)
        .setLettersCol("letters")
        .setModelSha256(weights.sha256())
        .setClipSha256(
            configuration.hashes().orElseThrow().clips().entrySet().stream()
                .map(clip -> clip.getValue() + " " + clip.getKey())
                .toArray(String[]::new));
  }

  /**
   * Returns one row per question and method. Lazy: the model runs when the rows are written.
   *
   * @param examples rows of {@link Table#EXAMPLES}, with their {@code image_key}
   * @param methods methods of the configuration, or some of them
   * @param tasks number of tasks to repartition to, by pictures; empty: the tasks that read the
   *     examples, without a shuffle
   */
  Dataset<Row> of(Dataset<Row> examples, List<String> methods, OptionalInt tasks) {
    Dataset<Row> asked =
        (tasks.isPresent() ? shuffle(examples, tasks.getAsInt()) : examples)
            .select(
                expr("benchmark"),
                expr("split"),
                expr("image_id"),
                expr(ChosenFrames.imageSha256(frames)).as("image_sha256"),
                expr(images()).as("images"),
                expr(frames.map(ChosenFrames::times).orElse(NO_TIMES)).as("times"),
                expr(ChosenFrames.video(frames)).as("video"),
                expr(frames.map(ChosenFrames::error).orElse(ChosenFrames.NONE)).as("fault"),
                expr("questions.prompt AS prompts"),
                expr(Text.format("transform(questions, q -> %s) AS budgets", budget())),
                expr(
                    Text.format(
                        "transform(questions, q -> %s) AS letters",
                        configuration.letters("q.options"))),
                expr("questions"));
    return configuration.endpoint().isPresent()
        ? servers(asked, methods)
        : rows(
            predictor(configuration, weights, methods)
                .setMargins(table == RepeatedRow.TABLE)
                .countingBy(meter.made())
                .answeringBy(files)
                .transform(asked),
            methods.size());
  }

  /**
   * Returns the SQL of what is shown with a row's questions. The predictor takes empty bytes for a
   * missing image, no frames for a missing video, and null for a text-only question.
   */
  private String images() {
    return Text.format(
        "if(image_id IS NOT NULL, %s, NULL)",
        frames
            .map(
                chosen ->
                    Text.format(
                        "if(%s IS NULL, coalesce(%s, %s), %s)",
                        chosen.error(), chosen.images(), NO_IMAGES, NO_IMAGES))
            .orElse(
                "concat(array(coalesce(image, X'')), coalesce(more_images, " + NO_IMAGES + "))"));
  }

  /** Asks all servers, one after another if their answers are timed alone. */
  private Dataset<Row> servers(Dataset<Row> asked, List<String> methods) {
    Map<String, String> others = configuration.serversByMethod();
    List<String> own = methods.stream().filter(method -> !others.containsKey(method)).toList();
    Dataset<Row> all =
        Stream.concat(
                own.isEmpty()
                    ? Stream.empty()
                    : Stream.of(elsewhere(asked, configuration.model(), own)),
                methods.stream()
                    .filter(others::containsKey)
                    .map(
                        label ->
                            elsewhere(asked, others.get(label), List.of(MethodSpec.NONE.toString()))
                                .withColumn("method", lit(label))))
            .map(answers -> answers.to(table.schema()))
            .reduce(Dataset::unionByName)
            .orElseThrow();
    return configuration.settings().get(RunSetting.TIMING) == Timing.ALONE ? all.coalesce(1) : all;
  }

  private Dataset<Row> elsewhere(Dataset<Row> asked, String server, List<String> methods) {
    return rows(
        predictor(configuration, server, methods).setEndpointRequests(requests).transform(asked),
        methods.size());
  }

  /**
   * Returns a row for each answer.
   *
   * @param methods number of methods of each question's answers
   */
  private Dataset<Row> rows(Dataset<Row> answered, int methods) {
    return answered
        .drop("images", "times", "prompts", "budgets", "letters")
        .where(meter.counts())
        // The predictions are in the order of the prompts, then of the methods.
        .selectExpr("*", "posexplode(predictions) AS (position, prediction)")
        .withColumn("asked", expr(Text.format("questions[cast(position div %d AS int)]", methods)))
        .select(
            "benchmark",
            "split",
            "image_id",
            "image_sha256",
            "video",
            "fault",
            "asked",
            "prediction.*")
        .withColumn("error", expr("coalesce(fault, error)")) // says more of a missing video
        .withColumn("question_id", expr("asked.question_id"))
        .withColumn("category", expr("asked.category"))
        .withColumn("run_id", lit(runId))
        .withColumn("model", lit(configuration.name()))
        .withColumn("protocol", expr(ChosenFrames.protocol(frames)))
        .withColumn("logged_score", lit(null)) // no other tool has scored it
        .selectExpr(table.schema().fieldNames())
        .to(table.schema());
  }

  /**
   * Shuffles examples to tasks, the rows of a picture to one and next to each other: so they are
   * asked together, and the picture is encoded once.
   */
  static Dataset<Row> shuffle(Dataset<Row> examples, int tasks) {
    Column picture = expr(ExampleKeys.PICTURE);
    return examples.repartition(tasks, picture).sortWithinPartitions(picture);
  }

  /** Returns the SQL expression of a question's token budget; 0 leaves it to the checkpoint. */
  private String budget() {
    int forAll = configuration.settings().get(RunSetting.MAX_NEW_TOKENS);
    return forAll > 0 ? Integer.toString(forAll) : "coalesce(q.max_new_tokens, 0)";
  }
}
