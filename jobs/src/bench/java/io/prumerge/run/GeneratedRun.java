package io.prumerge.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunPlanner;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * A run folder whose chunks are all committed, with predictions that no model made: what {@code
 * evaluate --resume} finds when nothing is left but to score and to report.
 */
public final class GeneratedRun {

  /** Of every hundred answers: one of the annotators', another word, an error. */
  private static final int GIVEN = 70;

  private static final int WRONG = 99;

  private final SparkSession spark;
  private final EvaluateOptions options;

  public GeneratedRun(SparkSession spark, EvaluateOptions options) {
    this.spark = spark;
    this.options = options;
  }

  /**
   * Writes the folder.
   *
   * @param output is not there yet
   * @param chunks that the run is committed in
   */
  public void write(String output, int chunks) throws IOException {
    Folders folders = new Folders(spark);
    Path root = folders.absent(Setting.OUTPUT, output);
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    RunPlan plan = new RunPlanner(spark, folders).plan(options);
    List<RunConfiguration> resolved =
        new Configurations(folders, Console.SILENT).resolve(options, plan);
    Environment environment =
        Environment.of(
            Environment.executors(
                spark.sparkContext(),
                resolved.get(0).settings().get(RunSetting.DEVICE),
                resolved.get(0).settings().get(RunSetting.DTYPE),
                plan.weights().get(0)));
    Manifests manifests = Manifests.begin(chunks, environment, resolved);
    directory.begin(manifests);
    Manifest manifest = manifests.runs().get(0);
    for (int chunk = 0; chunk < chunks; chunk++) {
      Path attempt = directory.attempt(chunk);
      Table.PREDICTIONS.write(
          predictions(plan.plan().chunked(manifest.plannedChunks()).chunk(chunk), manifest),
          attempt.toString());
      directory.commit(chunk, attempt, ChunkCounts.of(attempt, directory.fileSystem()));
    }
  }

  private Dataset<Row> predictions(Dataset<Row> chunk, Manifest manifest) {
    String methods = "array('" + String.join("', '", manifest.configuration().methods()) + "')";
    Dataset<Row> asked =
        chunk
            .selectExpr("benchmark", "split", "image_id", "image_sha256", "inline(questions)")
            .selectExpr("*", "posexplode(" + methods + ") AS (place, method)")
            .withColumn("dice", expr("pmod(xxhash64(question_id, method), 1000003)"))
            .withColumn("hundred", expr("dice % 100"))
            .withColumn("kept", expr("CAST(if(place = 0, 576, 32 + dice % 40) AS INT)"))
            .withColumn("run_id", lit(manifest.runId()))
            .withColumn("model", lit(manifest.configuration().name()));
    Map<String, String> values = values();
    List<Column> columns = new ArrayList<>();
    List<String> given = Arrays.asList(asked.columns());
    for (StructField field : Table.PREDICTIONS.schema().fields()) {
      String name = field.name();
      Column value =
          values.containsKey(name)
              ? expr(values.get(name))
              : given.contains(name) ? col(name) : expr(number(field));
      columns.add(value.cast(field.dataType()).as(name));
    }
    return asked.select(columns.toArray(Column[]::new));
  }

  private static Map<String, String> values() {
    return Map.ofEntries(
        Map.entry("dtype", "'fp32'"),
        Map.entry("method_sized", "NULL"),
        Map.entry("prompt_sha256", "sha2(prompt, 256)"),
        Map.entry(
            "answer",
            String.format(
                Locale.ROOT,
                "CASE WHEN hundred < %d THEN initcap(answers[CAST(dice %% 10 AS INT)])"
                    + " WHEN hundred < %d THEN 'Something else.' END",
                GIVEN,
                WRONG)),
        Map.entry(
            "error", String.format(Locale.ROOT, "if(hundred >= %d, 'image_corrupt', NULL)", WRONG)),
        Map.entry("finish_reason", "'stop'"),
        Map.entry("grid", "NULL"),
        Map.entry("visual_tokens_before", "576"),
        Map.entry("visual_tokens_after", "kept"),
        Map.entry("visual_tokens_layer_mean", "CAST(kept AS DOUBLE)"),
        Map.entry(
            "kept_indices",
            "if(place = 0, NULL, transform(sequence(1, kept), i -> CAST((i * 577 + dice) % 576 AS"
                + " INT)))"),
        Map.entry("device", "'cpu'"),
        Map.entry("assigned_device", "NULL"),
        Map.entry("host", "concat('host', dice % 4)"));
  }

  /** Another number in every row, as times and work are. */
  private static String number(StructField field) {
    return String.format(
        Locale.ROOT, "pmod(xxhash64(dice, '%s'), 1000000) / 1000.0 * (1 + kept)", field.name());
  }
}
