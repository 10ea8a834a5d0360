package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.Evaluation;
import io.prumerge.EvaluationResult;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.report.Noise;
import io.prumerge.store.RepeatedRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;
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

  /** Answers of repeats that are taken for errors. */
  private static final String SPOILT = "pmod(xxhash64(question_id, method), 3) = 0";

  @TempDir private static Path temp;
  private static String examples;

  /** With two repeats and a cache. Nothing may change its folder, which is {@code whole}. */
  private static CommandLineRun whole;

  @BeforeAll
  static void aWholeRun() {
    String mini = temp.resolve("mini").toString();
    fine("mini", "--images", "3", "--seed", "1", "--split", "test", "--output", mini);
    examples = temp.resolve("pope").toString();
    fine("prepare", "--benchmark", "pope", "--source", mini + "/pope", "--output", examples);
    String cache = temp.resolve("cache").toString();
    whole = CommandLineRun.of(arguments("whole", "--repeat", "2", "--answer-cache", cache));
  }

  private static void copy(String run, String name) throws IOException {
    assertThat(whole.code()).as(whole.err()).isZero();
    FileUtils.copyDirectory(temp.resolve(run).toFile(), temp.resolve(name).toFile());
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
    return directory(run).repeats().markers().values().stream()
        .collect(Collectors.toMap(ChunkMarker::chunk, ChunkMarker::attempt));
  }

  private static RunDirectory directory(String run) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(temp.resolve(run).toUri());
    return new RunDirectory(root, root.getFileSystem(new Configuration()));
  }

  @Test
  void inFp32OnProcessorsNothingChangesAndNoAnswerIsFromTheCache() throws IOException {
    assertThat(whole.code()).as(whole.err()).isZero();
    Dataset<Row> predictions = rows(Table.PREDICTIONS, "whole");
    Dataset<Row> repeats = rows(Table.REPEATS, "whole");
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
    List<Noise> noise = Noise.TABLE.records(rows(Noise.TABLE, "whole"));
    assertThat(noise).extracting(Noise::method).containsExactly("none", "prumerge");
    for (Noise row : noise) {
      assertThat(row.repeats()).isEqualTo(2);
      assertThat(row.n()).isEqualTo(answers);
      assertThat(row.answersChanged()).hasValue(0);
      assertThat(row.scoresChanged()).hasValue(0);
      assertThat(row.spread()).hasValue(0);
      assertThat(row.marginChanged()).isEmpty();
      assertThat(row.marginUnchanged().orElseThrow()).isPositive();
    }
    List<Row> margins =
        repeats
            .groupBy("method", "question_id")
            .agg(functions.count("margin"), functions.min("margin"), functions.max("margin"))
            .collectAsList();
    assertThat(margins).hasSize((int) answers);
    for (Row row : margins) {
      assertThat(row.getLong(2)).isEqualTo(2);
      assertThat(row.getDouble(3)).isNotNegative();
      assertThat(row.getDouble(4)).as("in another batch").isCloseTo(row.getDouble(3), within(1e-4));
    }
    assertThat(
            RepeatedRow.TABLE
                .read(
                    LocalSpark.session(),
                    repeats("whole").values().stream()
                        .map(one -> temp.resolve("whole/_repeats/_chunks").resolve(one).toString())
                        .toList())
                .where("flops_executed = 0")
                .count())
        .as("from the cache")
        .isZero();
    assertThat(whole.out()).contains("Noise: what asking all questions again changes");
    assertThat(temp.resolve("whole/report/report.md")).content().contains("Noise: all questions");
    assertThat(temp.resolve("whole/report/report.html")).content().contains("<summary>Noise");

    String joined = temp.resolve("joined").toString();
    fine("report", "--runs", temp.resolve("whole").toString(), "--output", joined);
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
    String[] evaluate = arguments("finished");
    AnswersOnly.run(LocalSpark.session(), Arrays.copyOfRange(evaluate, 1, evaluate.length));
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

  /** Replaces the answers of a committed repeat. */
  private static void replace(String run, UnaryOperator<Dataset<Row>> change) throws IOException {
    RunDirectory repeats = directory(run).repeats();
    for (ChunkMarker marker : repeats.markers().values()) {
      org.apache.hadoop.fs.Path attempt = repeats.attempt(marker.chunk());
      change
          .apply(repeats.answers(LocalSpark.session(), marker))
          .write()
          .parquet(attempt.toString());
      Files.delete(temp.resolve(run).resolve("_repeats/_chunks").resolve(marker.fileName()));
      repeats.commit(marker.chunk(), attempt, ChunkCounts.of(attempt, repeats.fileSystem()));
    }
  }

  @Test
  void repeatsOfEarlierVersionsHaveNoMargins() throws IOException {
    copy("whole", "former");
    replace("former", rows -> rows.drop("margin"));
    fine(arguments("former", "--repeat", "3", "--resume"));

    Dataset<Row> repeats = rows(Table.REPEATS, "former");
    assertThat(repeats.where("repeat < 3 AND margin IS NOT NULL").count()).isZero();
    assertThat(repeats.where("repeat = 3 AND margin IS NULL").count()).isZero();
    assertThat(Noise.TABLE.records(rows(Noise.TABLE, "former")))
        .allSatisfy(row -> assertThat(row.marginUnchanged()).isPresent());
  }

  /** A driver may die behind their answers, too. */
  @Test
  void theirErrorsAreAskedAgain() throws IOException {
    copy("whole", "errors");
    List<Row> before = sorted("errors");
    Map<Integer, ChunkMarker> markers = directory("errors").repeats().markers();
    replace("errors", RepeatRunsTest::spoilt);
    Files.delete(temp.resolve("errors/_COMPLETE"));
    assertThat(fine(arguments("errors", "--resume")).out()).contains("Noise: ");
    Dataset<Row> repeats = rows(Table.REPEATS, "errors");
    long errors = repeats.where("answer IS NULL").count();
    assertThat(errors).isEqualTo(repeats.where(SPOILT).count()).isPositive();
    assertThat(repeats.where("answer IS NULL AND margin IS NOT NULL").count()).isZero();
    Map<Integer, String> committed = repeats("errors");
    copy("errors", "behind");

    assertThat(fine(arguments("errors", "--resume", "--retry-errors", "prompt_too_long")).out())
        .contains("No answer has an error that was to be asked again");
    assertThat(repeats("errors")).isEqualTo(committed);

    CommandLineRun again = fine(arguments("errors", "--resume", "--retry-errors"));
    assertThat(again.out()).contains("Asking again: %d answers with errors".formatted(errors));
    assertThat(sorted("errors")).isEqualTo(before);
    assertThat(fine(arguments("errors", "--resume", "--retry-errors")).out())
        .contains("is complete");

    RunDirectory repeated = directory("behind").repeats();
    for (ChunkMarker marker : repeated.markers().values()) {
      ChunkMarker former = markers.get(marker.chunk());
      repeated.commitAgain(marker, repeated.attempt(former), former.counts());
    }
    assertThat(fine(arguments("behind", "--resume")).out()).doesNotContain("is complete");
    assertThat(sorted("behind")).as("tables made anew").isEqualTo(before);
    assertThat(fine(arguments("behind", "--resume")).out()).contains("is complete");
  }

  private static Dataset<Row> spoilt(Dataset<Row> rows) {
    return rows.withColumn(
            "error", functions.expr("if(" + SPOILT + ", 'device_out_of_memory: x', NULL)"))
        .withColumn("answer", functions.expr("if(error IS NULL, answer, NULL)"))
        .withColumn("margin", functions.expr("if(error IS NULL, margin, NULL)"));
  }

  private static List<Row> sorted(String run) {
    return rows(Table.REPEATS, run)
        .orderBy("method", "question_id", "repeat")
        .selectExpr("method", "question_id", "repeat", "answer", "score", "round(margin, 3)")
        .collectAsList();
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
