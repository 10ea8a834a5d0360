package io.prumerge.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Setting;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.metric.Inference;
import io.prumerge.report.LeaderboardTable;
import io.prumerge.report.Report;
import io.prumerge.report.ReportDocument;
import io.prumerge.report.SummaryTable;
import io.prumerge.report.page.ModelShapes;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.ReportPages;
import io.prumerge.score.Scores;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever answers say, their report is made: those of two families, made once and then altered.
 */
@Tag("spark")
@Tag("model")
@Tag("slow")
class AlteredAnswersTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs", "src", "test", "resources", "goldens");

  /** Pixels in a row of a picture of 88 megapixels, which models take and pages do not. */
  private static final int SIDE = 9_400;

  @TempDir private static Path temp;

  private static SparkSession spark;
  private static Path llava;
  private static Path qwen;

  @BeforeAll
  static void evaluateTwoFamilies() throws IOException {
    spark = LocalSpark.session();
    Path images = Files.createDirectories(temp.resolve("images"));
    for (String name : List.of("photo.png", "wide.png")) {
      Files.copy(GOLDENS.resolve("images").resolve(name), images.resolve(name));
    }
    ImageIO.write(
        new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY),
        "png",
        images.resolve("huge.png").toFile());
    List<String> questions = new ArrayList<>();
    for (String image : List.of("photo.png", "wide.png", "photo.png", "huge.png", "gone.png")) {
      questions.add(
          "{\"question_id\": %d, \"image\": \"%s\", \"text\": \"What?\", \"answer\": \"yes\"}"
              .formatted(questions.size(), image));
    }
    questions.add("{\"question_id\": 9, \"image\": null, \"text\": \"Why?\", \"answer\": \"no\"}");
    Path examples =
        CustomExamples.prepared(
            Files.write(temp.resolve("q.jsonl"), questions), images, temp.resolve("examples"));
    llava = evaluated("layouts/hf", "prumerge", examples);
    qwen = evaluated("qwen/qwen2_5_vl/tied", "fastv:layer=1,tokens=2", examples);
  }

  private static Path evaluated(String model, String method, Path examples) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("models").resolve(model));
    FileUtils.copyDirectory(GOLDENS.resolve(model).toFile(), folder.toFile());
    Path output = temp.resolve(model.replace('/', '-'));
    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            "--model",
            folder.toString(),
            "--examples",
            examples.toString(),
            "--output",
            output.toString(),
            "--device",
            "cpu",
            "--dtype",
            "fp32",
            "--max-new-tokens",
            "2",
            "--max-error-rate",
            "1",
            "--method",
            "none",
            method);
    assertThat(run.code()).as(run.err()).isZero();
    return output;
  }

  /** How answers are altered, and what the pages say then. */
  private record Alteration(UnaryOperator<Dataset<Row>> of, List<String> said) {
    Alteration(UnaryOperator<Dataset<Row>> of, String... said) {
      this(of, Stream.concat(Stream.of("Figures"), Stream.of(said)).toList());
    }
  }

  private static UnaryOperator<Dataset<Row>> with(String column, Object value) {
    return rows -> rows.withColumn(column, lit(value).cast(rows.schema().apply(column).dataType()));
  }

  private static UnaryOperator<Dataset<Row>> set(String... assignments) {
    return rows -> {
      Dataset<Row> altered = rows;
      for (String assignment : assignments) {
        String column = assignment.substring(0, assignment.indexOf(" = "));
        altered =
            altered.withColumn(
                column,
                expr(assignment.substring(column.length() + 3))
                    .cast(rows.schema().apply(column).dataType()));
      }
      return altered;
    };
  }

  /** Sets all columns whose names begin so. */
  private static UnaryOperator<Dataset<Row>> all(Object value, String... starts) {
    return rows -> {
      Dataset<Row> altered = rows;
      for (String column : rows.columns()) {
        if (Stream.of(starts).anyMatch(column::startsWith)) {
          altered = with(column, value).apply(altered);
        }
      }
      return altered;
    };
  }

  static Stream<Arguments> alterations() {
    String only = "question_id = '0'";
    return Stream.of(
        Arguments.of("as they are", new Alteration(rows -> rows)),
        Arguments.of(
            "errors only",
            new Alteration(
                rows ->
                    all(null, "visual_", "flops_", "ms_", "kv_", "kept_", "text_", "answer")
                        .andThen(with("error", "image_corrupt: it ends too early"))
                        .apply(rows),
                "image_corrupt: it ends too early")),
        Arguments.of("errors beside figures", new Alteration(with("error", "oom"))),
        Arguments.of("empty answers", new Alteration(with("answer", ""))),
        Arguments.of("no answers", new Alteration(with("answer", null))),
        Arguments.of("one question", new Alteration(rows -> rows.where(only))),
        Arguments.of("one picture", new Alteration(with("image_id", "photo.png"))),
        Arguments.of(
            "questions without a picture",
            new Alteration(rows -> rows.where(col("image_id").isNull()))),
        Arguments.of(
            "no baseline", new Alteration(rows -> rows.where(col("method").notEqual("none")))),
        Arguments.of("one answer", new Alteration(rows -> rows.where(only).limit(1))),
        Arguments.of("no row", new Alteration(rows -> rows.where("false"))),
        together(
            "no times, many tokens",
            new Alteration(all(null, "ms_")),
            new Alteration(all(Integer.MAX_VALUE, "visual_", "text_"))),
        together(
            "times of 0, work of 0, no token",
            new Alteration(all(0, "ms_")),
            new Alteration(all(0, "flops_", "kv_")),
            new Alteration(all(0, "visual_", "text_", "prompt_"))),
        together(
            "times not a number, no work, patches outside the picture",
            new Alteration(all(Double.NaN, "ms_"), "ms_vision"),
            new Alteration(all(null, "flops_", "kv_")),
            new Alteration(
                set("image_id = 'photo.png'", "kept_indices = array(-1, 0, 2147483647)"))),
        together(
            "endless times, most work, layers' tokens not a number, a patch that is null",
            new Alteration(all(Double.POSITIVE_INFINITY, "ms_"), "ms_"),
            new Alteration(all(Long.MAX_VALUE, "flops_", "kv_")),
            new Alteration(
                with("visual_tokens_layer_mean", Double.NaN), "visual_tokens_layer_mean"),
            new Alteration(set("kept_indices = array(0, null)"))),
        together(
            "one time not a number, tokens before alone, no place",
            new Alteration(
                set("ms_prefill = if(" + only + ", double('NaN'), ms_prefill)"), "ms_prefill"),
            new Alteration(all(null, "visual_tokens_after")),
            new Alteration(all(null, "dtype", "host", "device"))),
        together(
            "times of both infinities, tokens after alone",
            new Alteration(
                set("ms_decode = double(if(" + only + ", '-Infinity', 'Infinity'))"), "ms_decode"),
            new Alteration(all(null, "visual_tokens_before"))),
        together(
            "negative times, layers' tokens not known, no patch, no prompt",
            new Alteration(all(-1, "ms_")),
            new Alteration(with("visual_tokens_layer_mean", null)),
            new Alteration(set("kept_indices = array()")),
            new Alteration(with("prompt", null))),
        Arguments.of("no tokens known", new Alteration(all(null, "visual_", "text_", "prompt_"))),
        Arguments.of("negative tokens", new Alteration(all(-1, "visual_", "text_"))),
        Arguments.of("no hash", new Alteration(with("image_sha256", null))));
  }

  /** Alterations of columns that no figure takes together. */
  private static Arguments together(String name, Alteration... parts) {
    return Arguments.of(
        name,
        new Alteration(
            rows -> {
              Dataset<Row> altered = rows;
              for (Alteration part : parts) {
                altered = part.of().apply(altered);
              }
              return altered;
            },
            Stream.of(parts).flatMap(part -> part.said().stream()).toArray(String[]::new)));
  }

  /** References that answers are right or wrong by. */
  private static Dataset<Row> questions(Dataset<Row> predictions) {
    return spark.createDataFrame(
        predictions
            .select("benchmark", "split", "question_id", "image_id")
            .distinct()
            .collectAsList()
            .stream()
            .map(
                row ->
                    RowFactory.create(
                        row.get(0),
                        row.get(1),
                        row.get(2),
                        row.get(3),
                        "What?",
                        null,
                        List.of("yes"),
                        List.of(),
                        null))
            .toList(),
        QuestionTable.SCHEMA);
  }

  /** Keeps few rows in the driver, where each query finds them sooner than in files. */
  private static Dataset<Row> here(Dataset<Row> rows) {
    return spark.createDataFrame(rows.collectAsList(), rows.schema());
  }

  private static String pages(
      Path folder, List<Path> outputs, UnaryOperator<Dataset<Row>> alteration) throws IOException {
    List<String> runs = outputs.stream().map(Path::toString).toList();
    ReportedRuns finished = ReportedRuns.of(Setting.RUNS, runs, new Folders(spark), false);
    Dataset<Row> made =
        Table.PREDICTIONS.read(
            spark,
            finished.directories().stream().map(run -> run.table(Table.PREDICTIONS)).toList());
    Dataset<Row> altered = here(alteration.apply(made));
    Dataset<Row> scores = here(new Scores(Benchmarks.KNOWN).of(altered, questions(altered)));
    RunModels models = RunModels.of(finished.manifests());
    Report report =
        Report.of(altered, scores, Inference.against("none")).estimated(models.shapes());
    List<RunRow> records =
        Table.RUNS.records(
            Table.RUNS.read(
                spark, finished.directories().stream().map(run -> run.table(Table.RUNS)).toList()));
    Path target = folder.resolve("report");
    RunReports.write(
        spark,
        table -> target.resolve(table.folder()).toString(),
        PageSources.builder(target.toString(), report)
            .runs(records)
            .predictions(altered)
            .scores(scores)
            .models(new ModelShapes(models.shapes(), models.tilings()))
            .latex(Optional.of(new org.apache.hadoop.fs.Path(folder.resolve("latex").toString())))
            .build());
    SummaryTable.cells(report);
    LeaderboardTable.of(report);
    assertThat(Json.write(ReportDocument.of(report, target.toString()))).doesNotContain("NaN");
    return Files.readString(target.resolve(ReportPages.MARKDOWN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("alterations")
  void everyAnswerHasAReport(String name, Alteration alteration, @TempDir Path folder)
      throws IOException {
    String page = pages(folder, List.of(llava, qwen), alteration.of());

    String html = Files.readString(folder.resolve("report").resolve(ReportPages.HTML));
    assertThat(page.replace("\\", "")).contains(alteration.said());
    assertThat(html).contains(alteration.said());
    // In cells: the notes name such values.
    assertThat(page).doesNotContainPattern("\\| [−+(]*(?:a?N|null|Inf)");
    assertThat(html).doesNotContainPattern("<bdi>[−+]?(?:a?N\\b|null|Inf)|\"(?:NaN|-?Infinity)\"");
  }

  /** As it is by default in Spark 4, a division by 0 is an error there. */
  @ParameterizedTest
  @ValueSource(strings = {"as they are", "times of 0, ", "questions without a picture"})
  void everyAnswerHasAReportInAnsiMode(String name, @TempDir Path folder) throws IOException {
    Alteration alteration =
        alterations()
            .map(Arguments::get)
            .filter(one -> one[0].toString().startsWith(name))
            .map(one -> (Alteration) one[1])
            .findFirst()
            .orElseThrow();
    spark.conf().set("spark.sql.ansi.enabled", true);
    try {
      assertThat(pages(folder, List.of(llava), alteration.of())).contains("## Figures");
    } finally {
      spark.conf().unset("spark.sql.ansi.enabled");
    }
  }

  @Test
  void aModelThatCannotBeReadAnyMoreIsUnknown(@TempDir Path folder) throws IOException {
    Path settings = temp.resolve("models/qwen/qwen2_5_vl/tied/config.json");
    Path aside = Files.move(settings, temp.resolve("config.json"));
    Files.createDirectory(settings);
    try {
      assertThat(pages(folder, List.of(qwen), rows -> rows)).contains("## Figures");
    } finally {
      Files.delete(settings);
      Files.move(aside, settings);
    }
  }

  @Test
  void aPictureTooLargeForPagesIsNone(@TempDir Path folder) throws IOException {
    pages(folder, List.of(llava, qwen), rows -> rows.where("image_id = 'huge.png'"));

    assertThat(Files.readString(folder.resolve("report").resolve(ReportPages.HTML)))
        .contains("huge.png", "picture not available");
  }
}
