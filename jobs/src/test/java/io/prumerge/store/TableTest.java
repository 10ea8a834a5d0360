package io.prumerge.store;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.CountedWork;
import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.jobs.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;
import scala.collection.Iterator;

/** Column names and their order are part of the public interface. */
@Tag("spark")
class TableTest {

  private static final String BATCH = "spark.sql.parquet.columnarReaderBatchSize";

  private static Map<String, String> settings(SparkSession spark) {
    Map<String, String> settings = new TreeMap<>();
    Iterator<Tuple2<String, String>> all = spark.conf().getAll().iterator();
    while (all.hasNext()) {
      Tuple2<String, String> one = all.next();
      settings.put(one._1(), one._2());
    }
    return settings;
  }

  private static String columns(Table table) {
    return String.join(" ", table.schema().fieldNames());
  }

  @Test
  void examplesHaveOneRowPerImageWithItsQuestions() {
    assertThat(columns(Table.EXAMPLES))
        .isEqualTo(
            "benchmark split image_id image image_sha256 width height questions more_images");
    assertThat(Table.EXAMPLES.schema().apply("questions").dataType().catalogString())
        .isEqualTo(
            "array<struct<question_id:string,prompt:string,question:string,category:string,"
                + "answers:array<string>,options:array<string>,max_new_tokens:int,"
                + "extra:map<string,string>>>");
  }

  @Test
  void predictionsScoresAndMetricsAreAsDocumented() {
    assertThat(columns(Table.PREDICTIONS))
        .isEqualTo(
            "run_id model dtype benchmark split method method_sized image_id image_sha256 question_id category"
                + " prompt prompt_sha256 answer finish_reason visual_tokens_before"
                + " visual_tokens_after visual_tokens_layer_mean kept_indices text_tokens prompt_tokens generated_tokens flops_vision"
                + " flops_reduction flops_projector flops_prefill flops_decode flops_total"
                + " flops_executed kv_cache_bytes ms_preprocess ms_vision ms_reduction ms_select ms_prefill"
                + " ms_decode ms_request device assigned_device host error");
    assertThat(columns(Table.SCORES))
        .isEqualTo(
            "run_id benchmark split method question_id profile parsed gold unparsed score"
                + " model image_id category groups unit image_sha256 chance");
    assertThat(columns(Table.METRICS))
        .isEqualTo(
            "run_id model benchmark split method profile category metric is_headline value stderr"
                + " ci_low ci_high n n_clusters n_errors n_unparsed n_missing delta_vs_baseline"
                + " delta_ci_low delta_ci_high test p_value p_adjusted inference family mde chance"
                + " caveat");
  }

  @Test
  void theLeaderboardsTablesAreAsDocumented() {
    assertThat(columns(Table.LEADERBOARD))
        .isEqualTo(
            "run_id model budget method methods accuracy accuracy_sd retention retention_ci_low"
                + " retention_ci_high retention_sd retention_chance_corrected letters loyalty"
                + " visual_tokens_layer_mean flops_total_mean ms_select_mean ms_prefill_mean"
                + " score_easy score_hard");
    assertThat(columns(Table.LEADERBOARD_PAIRS))
        .isEqualTo("run_id model budget a b delta ci_low ci_high test p_value p_adjusted");
    assertThat(columns(Table.AGREEMENT))
        .isEqualTo(
            "run_id model benchmark split a b n same_answer equally_right n_kept kept_overlap");
    assertThat(columns(Table.ORACLE))
        .isEqualTo(
            "run_id model benchmark split budget n_methods n baseline_score best_method best_score"
                + " oracle_score n_keepable kept_share visual_tokens_baseline_mean"
                + " visual_tokens_fewest_mean");
    assertThat(columns(Table.DIFFICULTY))
        .isEqualTo(
            "run_id model benchmark split budget control method n_easy score_easy n_hard"
                + " score_hard");
  }

  @Test
  void examplesOfEarlierVersionsHaveOneImageEach(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    Row row = RowFactory.create("b", "s", "i", new byte[] {1}, "h", 1, 1, List.of(), null);
    String path = folder.resolve("old").toString();
    Dataset<Row> old = Table.EXAMPLES.of(spark, List.of(row)).drop("more_images");
    old.write().parquet(path);

    for (Dataset<Row> read :
        List.of(
            Table.EXAMPLES.read(spark, List.of(path)), Table.EXAMPLES.columns().of(old, "old"))) {
      assertThat(read.schema().fieldNames()).isEqualTo(Table.EXAMPLES.schema().fieldNames());
      Row one = read.first();
      assertThat(one.isNullAt(one.fieldIndex("more_images"))).isTrue();
      assertThat(one.<byte[]>getAs("image")).containsExactly(1);
    }
    assertThatThrownBy(
            () ->
                Table.EXAMPLES
                    .columns()
                    .of(old.withColumn("more_images", lit("a")), "The DataFrame"))
        .hasMessageContaining("more_images is string instead of array<binary>");
  }

  @Test
  void predictionsOfEarlierVersionsLackLaterColumns(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> old = Table.PREDICTIONS.of(spark, List.of()).drop("visual_tokens_layer_mean");
    String path = folder.resolve("old").toString();
    old.write().parquet(path);

    assertThat(Table.PREDICTIONS.read(spark, List.of(path)).schema().fieldNames())
        .contains("visual_tokens_layer_mean");
    assertThatThrownBy(() -> Table.PREDICTIONS.columns().requireAll(old.schema(), "lake.old"))
        .as("of a table that is appended to")
        .hasMessage("lake.old is not a table of predictions: no column visual_tokens_layer_mean");
    old.drop("answer").write().parquet(path + 2);
    assertThatThrownBy(() -> Table.PREDICTIONS.read(spark, List.of(path + 2)))
        .hasMessageEndingWith("is not a table of predictions: no column answer");
  }

  /** Looking up the schema would take one job per path. */
  @Test
  void whatWeWroteIsOpenedWithoutAJob(@TempDir Path folder) throws Exception {
    SparkSession spark = LocalSpark.session();
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      paths.add(folder.resolve("chunk" + i).toString());
      Table.SCORES.write(Table.SCORES.of(spark, List.of()), paths.get(i));
    }
    try (CountedWork work = new CountedWork()) {
      assertThat(Table.SCORES.written(spark, paths).schema()).isEqualTo(Table.SCORES.schema());
      assertThat(work.jobs()).isZero();
    }
  }

  /** As a local relation, these 20 MB would travel within one task. */
  @Test
  void rowsOfTheDriverAreWrittenAsOneFile(@TempDir Path folder) throws IOException {
    SparkSession spark = LocalSpark.session();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      rows.add(candidate("m" + i, "x".repeat(10_000)));
    }
    Path written = folder.resolve("front");
    Table.FRONT.write(spark, rows, written.toString());

    assertThat(Table.FRONT.read(spark, List.of(written.toString())).collectAsList())
        .containsExactlyElementsOf(rows);
    try (Stream<Path> files = Files.list(written)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(1);
    }
  }

  private static Row candidate(String method, String objective) {
    Object[] values = new Object[Table.FRONT.schema().size()];
    values[0] = method;
    values[Table.FRONT.schema().fieldIndex("objective")] = objective;
    return RowFactory.create(values);
  }

  @Test
  void listsOfTheDriverAreWritten(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    Object[] values = new Object[Table.LEADERBOARD.schema().size()];
    values[Table.LEADERBOARD.schema().fieldIndex("methods")] = List.of("one", "other");
    String path = folder.resolve("leaderboard").toString();
    Table.LEADERBOARD.write(spark, List.of(RowFactory.create(values)), path);

    assertThat(Table.LEADERBOARD.read(spark, List.of(path)).first().<String>getList(4))
        .containsExactly("one", "other");
  }

  /** A notebook reads other tables in the same session. */
  @Test
  void imagesAreReadFewAtATimeAndTheCallersSettingsStay(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    String path = folder.resolve("examples").toString();
    Table.EXAMPLES.write(Table.EXAMPLES.of(spark, List.of()), path);
    Map<String, String> before = settings(spark);
    spark.conf().set("spark.sql.shuffle.partitions", "3");
    try (Sessions sessions = Sessions.of(Console.SILENT, () -> "test")) {
      Dataset<Row> examples = Table.EXAMPLES.written(sessions.session(), List.of(path));

      assertThat(examples.sparkSession().conf().get(BATCH)).isEqualTo("64");
      assertThat(examples.sparkSession().conf().get("spark.sql.shuffle.partitions")).isEqualTo("3");
      assertThat(spark.conf().get(BATCH)).isEqualTo("4096");
    } finally {
      spark.conf().set("spark.sql.shuffle.partitions", before.get("spark.sql.shuffle.partitions"));
    }
    assertThat(settings(spark)).isEqualTo(before);
  }
}
