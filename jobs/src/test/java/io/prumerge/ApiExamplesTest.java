package io.prumerge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.SameResult;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import io.prumerge.source.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the API: the page's examples and its other claims. */
@Tag("spark")
public class ApiExamplesTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final String LLAVA = ROOT.resolve("conf/mini-llava").toString();
  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private static Path folder;
  private static List<Row> settings;
  private static ByteArrayOutputStream printed;
  private static List<Row> kept;
  private static ApiExamples examples;

  @BeforeAll
  static void evaluate() throws Exception {
    LocalLake.in(folder.resolve("lake"));
    new MiniFolder(folder.resolve("data"), Console.SILENT).write(Split.TEST, 7, 6);
    String pope = folder.resolve("data/pope").toString();
    examples = new ApiExamples(SPARK, pope, LLAVA, folder.toString());
    settings = settings();
    printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      kept = examples.evaluate().collectAsList();
    } finally {
      System.setOut(out);
    }
  }

  private static List<Row> settings() {
    return SPARK.sql("SET").collectAsList();
  }

  private static String place(String name) {
    return folder.resolve(name).toString();
  }

  private static Evaluation evaluation(String output) {
    return Evaluation.of(SPARK).model(LLAVA).methods("none", "prumerge").output(place(output));
  }

  private static Dataset<Row> rows() {
    return SPARK.read().parquet(place("examples"));
  }

  @Test
  void thePageShowsThisCode() throws IOException {
    String page = Files.readString(ROOT.resolve("jobs/API.md"));
    String code =
        Files.readString(ROOT.resolve("jobs/src/test/java/io/prumerge/ApiExamples.java"))
            .replace("\n    ", "\n");
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      blocks.add(block.group(1));
      assertThat(code).contains(block.group(1));
    }
    assertThat(blocks).hasSize(6);
  }

  @Test
  void anEvaluationLeavesTheSessionAsItWasAndPrintsNothing() {
    assertThat(kept).extracting(row -> row.getString(0)).contains("none", "prumerge");
    assertThat(settings()).isEqualTo(settings);
    assertThat(printed.toString(UTF_8)).isEmpty();
  }

  @Test
  void aFinishedRunIsReadAgain() throws Exception {
    EvaluationResult again = examples.resume();

    assertThat(again.summary().count()).isEqualTo(3);
    assertThat(again.runIds()).containsExactly(again.runs().first().<String>getAs("run_id"));
    assertThat(again.output()).endsWith("/run");
  }

  @Test
  void reportsAndScores() throws Exception {
    ReportingResult report = examples.report();
    assertThat(report.summary().select("baseline").distinct().collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("prumerge");
    assertHasWhatTheCommandPrints(report);
    List<Row> f1 = examples.score().collectAsList();
    assertThat(f1).isNotEmpty();
    assertThat(f1)
        .extracting(row -> row.getString(0))
        .contains("none", "prumerge", "uniform:tokens=@prumerge");
  }

  private static void assertHasWhatTheCommandPrints(ReportingResult report) {
    CommandLineRun command =
        CommandLineRun.of(
            "report",
            "--json",
            "--runs=" + place("run"),
            "--baseline=prumerge",
            "--output=" + place("printed"));

    assertThat(report.json().replace(place("report"), place("printed")))
        .isEqualTo(command.out().strip());
    assertThat(report.cells()).hasSize(4).allSatisfy(line -> assertThat(line).isNotEmpty());
    assertThat(report.asked()).isEmpty();
    assertThat(report.frames()).isEmpty();
    assertThat(report.besidePublished()).isEmpty();
    assertThat(report.differences()).isEmpty();
  }

  @Test
  void aQueryGivesTheExamples() throws Exception {
    EvaluationResult aboutCircles = examples.ask();

    assertThat(aboutCircles.runs().first().<String>getList(5)).containsExactly("DataFrame");
    assertThat(Files.readString(folder.resolve("circles/report/report.html")))
        .contains("data:image/")
        .doesNotContain("No pictures from there");
  }

  private static Evaluation ofRows(Dataset<Row> rows) {
    return evaluation("query").examples(rows).device("cpu").dtype("fp32").chunks(2);
  }

  @Test
  @Tag("slow")
  void theSameRowsGiveTheSameAnswersFromFilesAndFromAQueryAndOthersAreRefused() throws Exception {
    EvaluationResult files =
        evaluation("files").examples(place("examples")).device("cpu").dtype("fp32").run();
    EvaluationResult query = ofRows(rows().repartition(3).select("*")).run();

    assertThat(SameResult.of(query.output())).isEqualTo(SameResult.of(files.output()));
    assertThat(query.runs().select("examples_sha256").collectAsList())
        .isEqualTo(files.runs().select("examples_sha256").collectAsList());

    Path unfinished = folder.resolve("query");
    Files.delete(unfinished.resolve("_COMPLETE"));
    assertThatThrownBy(() -> ofRows(rows().limit(1)).resume().run())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("with other settings: the questions or pictures of ");
    assertThat(ofRows(rows().repartition(2)).resume().run().warnings()).isNotNull();
    assertThat(unfinished.resolve("_COMPLETE")).exists();
  }

  @Test
  void refusesRowsThatAreNoExamples() {
    assertThatThrownBy(() -> evaluation("other").examples(rows().drop("width")))
        .isInstanceOf(DataException.class)
        .hasMessage("The DataFrame is not a table of examples: no column width");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  /** Spark calls it for each row. Only the jobs of chunks have a description. */
  public static String isPlanning() {
    return Boolean.toString(TaskContext.get().getLocalProperty("spark.jobGroup.id") == null);
  }

  @Test
  void aRunOverRowsThatChangeFailsBeforeItsTables() {
    Dataset<Row> unstable =
        rows().where("reflect('" + getClass().getName() + "', 'isPlanning') = 'true'");

    assertThatThrownBy(() -> evaluation("unstable").examples(unstable).run())
        .isInstanceOf(Failure.class)
        .hasMessageContaining("it holds 0 answers instead of the planned ")
        .hasMessageContaining("its examples changed between two reads");
    assertThat(folder.resolve("unstable/predictions")).doesNotExist();
  }

  @Test
  void refusesInTheWordsOfCode() {
    assertThatThrownBy(() -> evaluation("run").examples(place("examples")).run())
        .hasMessage(
            "output %s holds a finished run; name a new folder, results are never overwritten",
            place("run"));
    assertThatThrownBy(() -> evaluation("new").examples(place("examples")).maxErrorRate(2).run())
        .hasMessage("maxErrorRate must be between 0 and 1 but is 2.0");
    assertThatThrownBy(() -> evaluation("new").run())
        .hasMessage("benchmark and examples are missing: give one of them");
    assertThatThrownBy(() -> evaluation("new").dtype("int8"))
        .hasMessage("dtype must be one of auto, fp32, bf16, fp16 but is 'int8'");
    assertThatThrownBy(() -> evaluation("new").methods("nome")).hasMessageStartingWith("method: ");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void aBenchmarkIsPreparedFirst() throws Exception {
    EvaluationResult run =
        evaluation("named/run")
            .benchmark("pope")
            .sources(examples.questions())
            .limit(1)
            .maxNewTokens(1)
            .run();

    assertThat(run.predictions().select("benchmark").distinct().collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("pope");
    assertThat(folder.resolve("named/prepared")).isDirectory();
  }

  @Test
  void tellsOfWhatItPreparedAndVerboseOnTheErrorStream() throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(err, true, UTF_8));
    PreparationResult prepared;
    try {
      prepared =
          Preparation.of(SPARK)
              .benchmark("pope")
              .sources(List.of(examples.questions()))
              .limit(1)
              .output(place("few"))
              .verbose()
              .run();
    } finally {
      System.setErr(before);
    }

    assertThat(prepared.examples().count()).isEqualTo(prepared.images()).isEqualTo(1);
    assertThat(prepared.questions()).isPositive();
    assertThat(prepared.missingImages()).isZero();
    assertThat(prepared.unreadableImages()).isZero();
    assertThat(err.toString(UTF_8)).contains("pope/test: ", " questions -> ");
  }
}
