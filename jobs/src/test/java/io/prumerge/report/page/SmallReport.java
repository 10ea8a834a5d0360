package io.prumerge.report.page;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.ModelShape;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Rows;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.published.PublishedFigure;
import io.prumerge.published.PublishedFile;
import io.prumerge.report.Noise;
import io.prumerge.report.Report;
import io.prumerge.report.RunAsking;
import io.prumerge.score.Scores;
import io.prumerge.store.Records;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * A run of four images under three methods with hostile texts everywhere, and an empty answer; the
 * second image is missing, the third has changed.
 */
final class SmallReport {

  /** Text that would become code in HTML, scripts, templates or Markdown if it were not escaped. */
  static final String HOSTILE =
      "</script><script>document.body.dataset.pwned=1</script><img src=x"
          + " onerror=\"document.body.dataset.pwned=1\">\" onload=\"document.body.dataset.pwned=1\""
          + " ' javascript:alert(1) {{title}} {{{style}}} ${7*7} a|b\n"
          + "\u001b[31m\u0007\u202e# line `tick` [link](javascript:alert(1)) <!-- ]]> & &lt; *bold*"
          + " \\";

  static final String EVIL_METHOD = "evil<script>document.body.dataset.pwned=1</script>|\"'";

  private static final int PATCHES = 144;
  private static final int IMAGES = 4;

  /** Of each question: each of POPE's settings has two images, so that figures have an error. */
  private static final List<String> CATEGORIES =
      List.of(HOSTILE, "random", "popular", "adversarial", "random", "popular", "adversarial");

  private final SparkSession spark = LocalSpark.session();
  private final Path folder;
  private final String address;
  private final String method;

  /**
   * @param folder a new folder for all files
   * @param address URL of an image in a hostile text
   */
  SmallReport(Path folder, String address) {
    this(folder, address, "prumerge");
  }

  /**
   * @param method the name of the method that is neither the baseline nor hostile
   */
  SmallReport(Path folder, String address, String method) {
    this.folder = folder;
    this.address = address;
    this.method = method;
  }

  /** Writes all tables and the pages, and returns the HTML page. */
  Path html() throws IOException {
    List<Row> predictions = new ArrayList<>();
    for (int question = 0; question < CATEGORIES.size(); question++) {
      predictions.add(row(question, "none", "yes", PATCHES, null));
      predictions.add(
          row(question, method, question == 1 ? "no " + HOSTILE : "no", 2, List.of(0, 143)));
      predictions.add(
          row(
              question,
              EVIL_METHOD,
              List.of("yes", "yes", "", "no").get(question % IMAGES),
              1,
              List.of(13)));
    }
    predictions.add(
        Rows.prediction(
            "run_id",
            "run-1",
            "model",
            model(),
            "question_id",
            "broken",
            "image_id",
            "broken.png",
            "category",
            "random",
            "method",
            "none",
            "answer",
            null,
            "visual_tokens_before",
            null,
            "visual_tokens_after",
            null,
            "visual_tokens_layer_mean",
            null,
            "error",
            "image_corrupt: " + HOSTILE));
    Dataset<Row> rows = Rows.predictions(predictions);
    write(Table.PREDICTIONS, rows);
    Dataset<Row> scores =
        new Scores(Benchmarks.KNOWN)
            .of(
                rows,
                Rows.questions(
                    predictions,
                    id(0),
                    "yes",
                    id(1),
                    "yes",
                    id(2),
                    "yes",
                    id(3),
                    "yes",
                    id(4),
                    "yes",
                    id(5),
                    "yes",
                    id(6),
                    "yes",
                    "broken",
                    "no"));
    write(Table.SCORES, scores);
    Map<String, ModelShape> shapes =
        Map.of(
            "run-1",
            ModelShape.of(
                Checkpoint.configuration(
                    Path.of(System.getProperty("project.root"), "conf", "mini-llava"))));
    Path report = folder.resolve("report");
    MethodKey evil = new MethodKey("run-1", model(), EVIL_METHOD);
    MethodKey prumerge = new MethodKey("run-1", model(), method);
    MethodKey none = new MethodKey("run-1", model(), "none");
    List<Contrast> contrasts =
        List.of(
            new Contrast(prumerge, evil, ContrastScope.EVERYTHING),
            new Contrast(prumerge, none, ContrastScope.EVERYTHING));
    Report made =
        Report.of(
                table(Table.PREDICTIONS),
                table(Table.SCORES),
                Inference.against("none")
                    .comparing(contrasts)
                    .asking(contrasts.subList(0, 1))
                    .under(Map.of("run-1", HOSTILE)))
            .estimated(shapes)
            .repeated(List.of(noise(none, 0), noise(prumerge, 0), noise(evil, 100)))
            .beside(
                published(),
                Map.of("run-1", new RunAsking(Optional.empty(), false, Map.of(), 0, false)));
    write(Table.EXAMPLES, Table.EXAMPLES.of(spark, examples()));
    ReportPages.write(
        spark,
        PageSources.builder(
                report.toString(),
                made.noting(List.of("pope/test: no times on other hardware: " + HOSTILE)))
            .runs(List.of(run()))
            .predictions(Table.PREDICTIONS.read(spark, List.of(place(Table.PREDICTIONS))))
            .scores(Table.SCORES.read(spark, List.of(place(Table.SCORES))))
            .models(new ModelShapes(shapes, Map.of()))
            .also(List.of(new PageLink("pages " + HOSTILE, "../run-reading/report/report.html")))
            .latex(Optional.of(new org.apache.hadoop.fs.Path(latex().toString())))
            .build());
    return report.resolve(ReportPages.HTML);
  }

  private PublishedFile published() {
    PublishedFigure figure =
        PublishedFigure.builder("p.csv:2")
            .method("none")
            .model(model())
            .benchmark("POPE")
            .metric("F1")
            .split(Optional.of("test"))
            .score(85.9)
            .source(Optional.of("Table 1 of " + HOSTILE))
            .remark(Optional.of(HOSTILE))
            .build();
    return new PublishedFile("p.csv", List.of(figure), List.of());
  }

  private static Noise noise(MethodKey who, double spread) {
    return new Noise(
        who.runId(),
        who.model(),
        "pope",
        "test",
        who.method(),
        "f1",
        1,
        CATEGORIES.size(),
        OptionalDouble.of(spread),
        OptionalDouble.of(0),
        OptionalDouble.of(0),
        OptionalDouble.of(spread),
        OptionalDouble.of(spread),
        OptionalDouble.of(0.25),
        OptionalDouble.of(3.5));
  }

  /** Returns the Markdown page, after {@link #html}. */
  String markdown() throws IOException {
    return Files.readString(folder.resolve("report").resolve(ReportPages.MARKDOWN));
  }

  /** Returns the folder of the tables as LaTeX, after {@link #html}. */
  Path latex() {
    return folder.resolve("latex");
  }

  private String model() {
    return "model " + HOSTILE;
  }

  private static String id(int question) {
    return "q" + question + HOSTILE;
  }

  private static String picture(int image) {
    return image + HOSTILE + ".png";
  }

  private Row row(int question, String asked, String answer, int tokens, List<Integer> kept) {
    int image = question < IMAGES ? question : question - IMAGES;
    return Rows.prediction(
        "run_id",
        "run-1",
        "model",
        model(),
        "question_id",
        id(question),
        "image_id",
        picture(image),
        "image_sha256",
        "hash" + image,
        "category",
        CATEGORIES.get(question),
        "prompt",
        "Is it? <img src=\"" + address + "\"> " + HOSTILE,
        "method",
        asked,
        "answer",
        answer,
        "visual_tokens_before",
        PATCHES,
        "visual_tokens_after",
        tokens,
        "visual_tokens_layer_mean",
        (double) tokens,
        "timing",
        "alone",
        "ms_prefill",
        (double) tokens,
        "kept_indices",
        kept);
  }

  private List<Row> examples() {
    byte[] png = PngWriter.write(new RgbImage(24, 12, new byte[3 * 24 * 12]));
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      rows.add(
          RowFactory.create(
              "pope",
              "test",
              picture(image),
              image == 1 ? null : png,
              image == 2 ? "another" : "hash" + image,
              24,
              12,
              List.of(),
              null,
              null));
    }
    return rows;
  }

  private RunRow run() {
    return Records.of(
        RunRow.class,
        Map.ofEntries(
            Map.entry("run_id", "run-1"),
            Map.entry("model", model()),
            Map.entry("model_path", "/models/" + HOSTILE),
            Map.entry("dtype", "fp32"),
            Map.entry("methods", List.of("none", method, EVIL_METHOD)),
            Map.entry(
                "examples", List.of(place(Table.EXAMPLES), folder.resolve("gone").toString())),
            Map.entry("configuration", "{\"configuration\": {\"image_aspect\": \"pad\"}}"),
            Map.entry("n_rows", 22L),
            Map.entry("n_errors", 1L),
            Map.entry("started_at", Timestamp.from(Instant.EPOCH)),
            Map.entry("ended_at", Timestamp.from(Instant.EPOCH)),
            Map.entry("hosts", List.of("host" + HOSTILE)),
            Map.entry("devices", List.of("cpu"))));
  }

  private String place(Table<?> table) {
    return folder.resolve(table.folder()).toString();
  }

  private void write(Table<?> table, Dataset<Row> rows) {
    table.write(rows.coalesce(1), place(table));
  }

  private Dataset<Row> table(Table<?> table) {
    return table.read(spark, List.of(place(table)));
  }
}
