package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Evaluation;
import io.prumerge.EvaluationResult;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.report.Noise;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose questions are asked again. */
@Tag("spark")
class RepeatRunsTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private static Path temp;
  private static String examples;

  @BeforeAll
  static void prepare() {
    String mini = temp.resolve("mini").toString();
    fine("mini", "--images", "3", "--seed", "1", "--split", "test", "--output", mini);
    examples = temp.resolve("pope").toString();
    fine("prepare", "--benchmark", "pope", "--source", mini + "/pope", "--output", examples);
  }

  private static CommandLineRun fine(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static String[] arguments(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", MODEL));
    arguments.addAll(List.of("--examples", examples, "--method", "none", "prumerge"));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "3"));
    arguments.addAll(List.of("--output", temp.resolve(name).toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static Dataset<Row> rows(Table<?> table, String run) {
    return table.read(
        LocalSpark.session(),
        List.of(temp.resolve(run).resolve(RunDirectory.place(table)).toString()));
  }

  private static Map<Integer, String> repeats(String run) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(temp.resolve(run).toUri());
    return new RunDirectory(root, root.getFileSystem(new Configuration()))
        .repeats().markers().values().stream()
            .collect(Collectors.toMap(ChunkMarker::chunk, ChunkMarker::attempt));
  }

  @Test
  void inFp32OnProcessorsNothingChangesAndNoAnswerIsFromTheCache() throws IOException {
    String cache = temp.resolve("cache").toString();
    CommandLineRun run = fine(arguments("zero", "--repeat", "2", "--answer-cache", cache));

    Dataset<Row> predictions = rows(Table.PREDICTIONS, "zero");
    Dataset<Row> repeats = rows(Table.REPEATS, "zero");
    long answers = predictions.count();
    assertThat(answers).isGreaterThan(10);
    assertThat(repeats.count()).isEqualTo(2 * answers);
    assertThat(
            repeats
                .join(
                    predictions.withColumnRenamed("answer", "their_answer"),
                    new String[] {"run_id", "benchmark", "split", "method", "question_id"},
                    "inner")
                .where("answer = their_answer")
                .count())
        .isEqualTo(2 * answers);
    List<Noise> noise = Noise.TABLE.records(rows(Noise.TABLE, "zero"));
    assertThat(noise).extracting(Noise::method).containsExactly("none", "prumerge");
    for (Noise row : noise) {
      assertThat(row.repeats()).isEqualTo(2);
      assertThat(row.n()).isEqualTo(answers);
      assertThat(row.answersChanged()).hasValue(0);
      assertThat(row.scoresChanged()).hasValue(0);
      assertThat(row.spread()).hasValue(0);
    }
    assertThat(
            Table.PREDICTIONS
                .read(
                    LocalSpark.session(),
                    repeats("zero").values().stream()
                        .map(one -> temp.resolve("zero/_repeats/_chunks").resolve(one).toString())
                        .toList())
                .where("flops_executed = 0")
                .count())
        .as("from the cache")
        .isZero();
    assertThat(run.out()).contains("Noise: what asking all questions again changes");
    assertThat(temp.resolve("zero/report/report.md")).content().contains("Noise: all questions");
    assertThat(temp.resolve("zero/report/report.html")).content().contains("<summary>Noise");

    String joined = temp.resolve("joined").toString();
    fine("report", "--runs", temp.resolve("zero").toString(), "--output", joined);
    assertThat(
            Noise.TABLE.records(Noise.TABLE.read(LocalSpark.session(), List.of(joined + "/noise"))))
        .isEqualTo(noise);
  }

  @Test
  void aRunThatDiedBehindItsFirstRepeatAsksTheOthersOnly() throws IOException {
    String[] evaluate = arguments("died", "--repeat", "1");
    assertThatThrownBy(
            () ->
                AnswersOnly.run(
                    LocalSpark.session(),
                    (tables, lease) -> {
                      throw new IllegalStateException("died");
                    },
                    Arrays.copyOfRange(evaluate, 1, evaluate.length)))
        .hasMessage("died");
    Map<Integer, String> first = repeats("died");
    assertThat(first).containsOnlyKeys(0);

    fine(arguments("died", "--repeat", "2", "--resume"));
    assertThat(repeats("died")).containsOnlyKeys(0, 1).containsAllEntriesOf(first);
    assertThat(rows(Table.REPEATS, "died").select("repeat").distinct().count()).isEqualTo(2);

    assertThat(fine(arguments("died", "--resume")).out()).contains("is complete");
    assertThat(fine(arguments("died", "--repeat", "2", "--resume")).out()).contains("is complete");
  }

  @Test
  void aFinishedRunIsAskedAgain() throws IOException {
    fine(arguments("finished"));
    assertThat(temp.resolve("finished/repeats")).doesNotExist();
    List<Row> before = rows(Table.PREDICTIONS, "finished").collectAsList();

    EvaluationResult again =
        Evaluation.of(LocalSpark.session())
            .model(MODEL)
            .examples(examples)
            .methods("none", "prumerge")
            .device("cpu")
            .dtype("fp32")
            .maxNewTokens(3)
            .output(temp.resolve("finished").toString())
            .repeat(1)
            .resume()
            .run();
    assertThat(again.predictions().collectAsList()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(again.repeats().count()).isEqualTo(before.size());
    assertThat(again.noise().select("method").as(Encoders.STRING()).collectAsList())
        .containsExactly("none", "prumerge");
  }

  @Test
  void aPlanCountsThem() {
    String[] dry = {"--dry-run"};
    assertThat(fine(arguments("dry", "--dry-run", "--repeat", "2")).out())
        .contains("All are asked 2 times more for the noise: ");
    assertThat(fine(arguments("dry", dry)).out()).doesNotContain("for the noise");
    assertThat(fine(arguments("dry", "--dry-run", "--json", "--repeat", "2")).out())
        .contains("\"repeats\" : 2");
  }

  @Test
  void wrongUsesAreRefused() throws IOException {
    CommandLineRun none = CommandLineRun.of(arguments("none", "--repeat", "0"));
    assertThat(none.code()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("--repeat must be at least 1, it is 0");

    Path file =
        Files.writeString(
            temp.resolve("search.yaml"),
            "{models: [%s], examples: [%s], methods: [none, prumerge], device: cpu, dtype: fp32, repeat: 1}"
                .formatted(MODEL, examples));
    CommandLineRun search =
        CommandLineRun.of(
            "search", file.toString(), "--output", temp.resolve("searched").toString());
    assertThat(search.code()).isEqualTo(ExitCode.USAGE);
    assertThat(search.err()).contains("search asks no question twice: leave out --repeat");
  }

  /** Rows of a picture stay together, whatever the order. */
  @Test
  void eachRepeatHasItsOwnOrder() {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> rows =
        spark
            .range(60)
            .selectExpr(
                "CAST(id AS STRING) AS question",
                "CAST(NULL AS STRING) AS " + ExampleKeys.IMAGE_KEY,
                "concat('picture', CAST(id % 20 AS STRING)) AS image_sha256");
    List<List<String>> orders = new ArrayList<>();
    for (int repeat : List.of(1, 2, 1)) {
      List<Row> shuffled =
          RepeatRuns.shuffle(rows, 3, repeat)
              .withColumn("task", functions.spark_partition_id())
              .collectAsList();
      List<String> pictures =
          shuffled.stream().map(row -> row.<String>getAs("image_sha256")).toList();
      long changes = 1;
      for (int i = 1; i < pictures.size(); i++) {
        changes += pictures.get(i).equals(pictures.get(i - 1)) ? 0 : 1;
      }
      assertThat(changes).as("each picture's rows follow each other").isEqualTo(20);
      assertThat(shuffled.stream().map(row -> row.<Integer>getAs("task")).distinct()).hasSize(3);
      orders.add(pictures);
    }
    assertThat(orders.get(0)).isNotEqualTo(orders.get(1)).isEqualTo(orders.get(2));
  }
}
