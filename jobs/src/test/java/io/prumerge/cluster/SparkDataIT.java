package io.prumerge.cluster;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.delta.sql.DeltaSparkSessionExtension;
import io.delta.storage.LogStore;
import io.prumerge.LocalLake;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.SameResult;
import io.prumerge.metric.Metric;
import io.prumerge.run.MadeUpVideos;
import io.prumerge.store.Table;
import io.prumerge.view.OpenViewer;
import io.prumerge.view.ViewServer;
import io.prumerge.view.Viewer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.io.FileUtils;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stranger.OwnJar;

/**
 * Data as people have them, from a first benchmark file to answers on a cluster, with the counts of
 * Spark.
 */
@Tag("process")
@Tag("slow")
class SparkDataIT {

  private static final SparkSession SPARK = LocalSpark.session();

  /** Questions about twelve pictures, a spreadsheet. */
  private static final Path QUESTIONS =
      Path.of(System.getProperty("project.root"), "jobs/src/test/resources/questions");

  private static final StructType SOLD =
      StructType.fromDDL(
          "id STRING, image BINARY, question STRING, answer STRING, day DATE, shop STRING");

  private static final StructType EXAM =
      StructType.fromDDL(
          "id STRING, question STRING, options STRING, image_1 STRUCT<bytes: BINARY, path: STRING>,"
              + " image_2 STRUCT<bytes: BINARY, path: STRING>, answer STRING");

  /** Of an answer, by SQL: its question's id, text and category. */
  private static final String[] ANSWERED = {"question_id", "split(prompt, '\\n')[0]", "category"};

  @TempDir private static Path work;
  private static ClusterFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new ClusterFixture(work, 1, 1, 2);
  }

  @AfterAll
  static void stop() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static byte[] picture(int width) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, 8, BufferedImage.TYPE_INT_RGB), "png", png);
    return png.toByteArray();
  }

  /** Writes what was sold, by day, of which one is missing, and by shop. */
  private static Path sold() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      rows.add(
          RowFactory.create(
              "q" + i,
              picture(8 + i),
              "Is it sold?",
              i % 2 == 0 ? "yes" : "no",
              i == 0 ? null : Date.valueOf("2026-03-0" + (1 + i % 2)),
              i % 3 == 0 ? "Café/Bar" : "0" + i % 3));
    }
    Path folder = work.resolve("sold");
    SPARK
        .createDataFrame(rows, SOLD)
        .repartition(3)
        .write()
        .partitionBy("day", "shop")
        .parquet(folder.toString());
    return folder;
  }

  /** Writes a folder a subject, as MMMU/MMMU has them. */
  private static Path exam() throws IOException {
    Path folder = work.resolve("exam");
    for (String subject : List.of("Art", "Music", "Physics")) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < (subject.equals("Art") ? 3 : 2); i++) {
        rows.add(
            RowFactory.create(
                "validation_" + subject + "_" + i,
                "What is in <image 1>?",
                "['a ring', \"it's a square\", 'nothing']",
                RowFactory.create(picture(20 + i), "validation_" + subject + "_" + i + ".png"),
                i == 0 ? RowFactory.create(picture(30), "second.png") : null,
                "ABC".substring(i, i + 1)));
      }
      Path own = folder.resolve(subject);
      SPARK.createDataFrame(rows, EXAM).coalesce(1).write().parquet(own.toString());
      try (Stream<Path> files = Files.list(own)) {
        for (Path file : files.toList()) {
          if (file.toString().endsWith(".parquet")) {
            Files.move(file, own.resolve("validation-00000-of-00001.parquet"));
          } else {
            Files.delete(file);
          }
        }
      }
    }
    return folder;
  }

  /** Writes what a German Excel saves as CSV, and the pictures that it names. */
  private static Path spreadsheet() throws IOException {
    Path pictures = Files.createDirectories(work.resolve("Bilder"));
    Files.write(pictures.resolve("Käse 1.png"), picture(9));
    Files.write(pictures.resolve("Brötchen.png"), picture(10));
    Path file = work.resolve("Läden.csv");
    Files.writeString(
        file,
        """
        Nr;Bild;Frage;Antwort;Laden
        1;Käse 1.png;Ist das Käse?;Ja;Köln
        2;Brötchen.png;Ist das Käse oder Brot?;Nein;Köln
        3;Brötchen.png;"Wie viele Brötchen; ungefähr?";3;Ägidienberg
        """
            .replace("\n", "\r\n"),
        Charset.forName("windows-1252"));
    return file;
  }

  /** Writes a first file for some data, and returns it. */
  private static Path initial(String name, Path data, String... more) {
    Path file = work.resolve(name + ".yaml");
    done(
        Stream.concat(
                Stream.of("init-benchmark", "--data", data.toString(), "--output", file.toString()),
                Stream.of(more))
            .toArray(String[]::new));
    return file;
  }

  private static void done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }

  /** Writes a benchmark whose rule is in no class path here. */
  private static Path ruled() throws IOException {
    return Files.writeString(
        work.resolve("ruled.yaml"),
        """
        name: ruled
        data: %s/shop.csv
        images: [%s/photos]
        columns: {id: id, image: photo, question: question, answers: answer}
        score:
          word: {rule: first-word, ignore_case: true}
        """
            .formatted(QUESTIONS, QUESTIONS));
  }

  /** Prepares questions of a benchmark whose file and data are gone then. */
  private static Path shop() throws IOException {
    Path own = work.resolve("own");
    FileUtils.copyDirectory(QUESTIONS.resolve("photos").toFile(), own.resolve("photos").toFile());
    Files.copy(QUESTIONS.resolve("shop.csv"), own.resolve("shop.csv"));
    Path file = own.resolve("shop.yaml");
    Files.writeString(
        file,
        """
        name: shop
        data: shop.csv
        images: [photos]
        columns: {id: id, image: photo, question: question, answers: answer, category: category}
        score:
          loose: {rule: contains}
        figures:
          right: {statistic: mean}
        """);
    Path questions = work.resolve("shop.examples");
    done("prepare", "--benchmark", file.toString(), "--output", questions.toString());
    FileUtils.deleteDirectory(own.toFile());
    return questions;
  }

  private static String[] evaluateVideos(Path videos, Path run) {
    return new String[] {
      "evaluate",
      "--model",
      MadeUpVideos.MODEL.toString(),
      "--examples",
      videos.toString(),
      "--frames-by",
      "lmms-eval",
      "qwen2",
      "--frames",
      "4",
      "--method",
      "none",
      "divprune:tokens=25%",
      "--device",
      "cpu",
      "--dtype",
      "fp32",
      "--chunks",
      "2",
      "--max-error-rate",
      "1",
      "--output",
      run.toString()
    };
  }

  /** Returns how often each line of some columns is there. */
  private static Map<String, Long> counts(Dataset<Row> rows, String... columns) {
    return rows.selectExpr(columns).collectAsList().stream()
        .collect(Collectors.groupingBy(Row::toString, TreeMap::new, Collectors.counting()));
  }

  /**
   * Checks that both methods have answered each question of some data, and no other.
   *
   * @param columns of the data: id, question and, if it is compared, category
   */
  private static void assertAnswered(
      Path run, String benchmark, Dataset<Row> data, String... columns) {
    String[] answered = Arrays.copyOf(ANSWERED, columns.length);
    Dataset<Row> answers =
        Table.PREDICTIONS
            .read(SPARK, List.of(run.resolve(Table.PREDICTIONS.folder()).toString()))
            .where("error IS NULL AND benchmark = '" + benchmark + "'");
    for (String method : List.of("none", "prumerge")) {
      assertThat(counts(answers.where("method = '" + method + "'"), answered))
          .as(benchmark + " by " + method)
          .isEqualTo(counts(data, columns));
    }
  }

  /**
   * In one application: a run over folders, a spreadsheet, tables of which rows are deleted and a
   * benchmark whose rule is on the class path of no process but by {@code --jars}; one over
   * questions whose benchmark's file and data are gone; one over videos of which one is missing;
   * and a report.
   */
  @Test
  void dataGoFromTheirFirstFilesToAnswers() throws Exception {
    Path folder = sold();
    Path sold = initial("sold", folder);
    Files.writeString(
        sold, Files.readString(sold).replace("  answers:", "  category: [shop, day]\n  answers:"));
    Path spreadsheet = spreadsheet();
    Path exam = initial("exam", exam());
    Path shops = initial("shops", spreadsheet, "--images", work.resolve("Bilder").toString());
    Path rule = OwnJar.of(work.resolve("rule/own.jar"));
    Path home = Files.createDirectories(work.resolve("tables"));
    Map<String, String> catalogs = new HashMap<>(LocalLake.settings(home.resolve("lake")));
    catalogs.put("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    catalogs.put(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    catalogs.put("spark.databricks.delta.snapshotPartitions", "1");
    Path run = work.resolve("run");
    List<Path> files =
        List.of(home.resolve("lake.yaml"), home.resolve("house.yaml"), sold, exam, shops, ruled());
    Path questions = shop();
    Path here = work.resolve("shop-here");
    done(fixture.evaluateOn(questions, here));
    Path there = work.resolve("shop-there");
    Path report = work.resolve("shop-report");
    Path videos = MadeUpVideos.write(SPARK, work.resolve("videos"));
    Path videosHere = work.resolve("videos-here");
    done(evaluateVideos(videos, videosHere));
    Path videosThere = work.resolve("videos-there");

    SparkSubmit.Result result =
        fixture
            .application(
                TablesDriver.class,
                AppJar.of(work.resolve("tables.jar"), TablesDriver.class),
                catalogs,
                List.of(
                    AppJar.holding(DeltaSparkSessionExtension.class),
                    AppJar.holding(LogStore.class),
                    AppJar.holding(SparkCatalog.class),
                    rule.toString()),
                home.toString(),
                folder.toString(),
                String.join("\n", fixture.evaluateFiles(files, run)),
                String.join("\n", fixture.evaluateOn(questions, there)),
                String.join("\n", evaluateVideos(videos, videosThere)),
                "report\n--runs\n%s\n%s\n--output\n%s".formatted(here, there, report))
            .result();

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains("deletion vectors: 1");
    Dataset<Row> lake = SPARK.read().parquet(home.resolve("iceberg").toString());
    Dataset<Row> house = SPARK.read().parquet(home.resolve("delta").toString());
    assertThat(List.of(lake.count(), house.count())).containsExactly(5L, 6L);
    assertAnswered(run, "lake", lake, "id", "question");
    assertAnswered(run, "house", house, "id", "question");
    Dataset<Row> rows = SPARK.read().parquet(folder.toString());
    Dataset<Row> exams =
        SPARK.read().option("recursiveFileLookup", true).parquet(work.resolve("exam").toString());
    Dataset<Row> cells =
        SPARK
            .read()
            .option("header", true)
            .option("sep", ";")
            .option("encoding", "windows-1252")
            .csv(spreadsheet.toString());
    assertAnswered(run, "sold", rows, "id", "question", "concat('shop=', shop)");
    assertAnswered(run, "exam", exams, "id", "question");
    assertAnswered(run, "shops", cells, "Nr", "Frage");
    Dataset<Row> figures =
        Metric.TABLE
            .read(SPARK, List.of(run.resolve("report/metrics").toString()))
            .where("benchmark = 'sold' AND metric = 'accuracy' AND category LIKE 'day=%'");
    assertThat(counts(figures.where("method = 'none'"), "category", "n"))
        .isEqualTo(
            counts(
                rows.where("day IS NOT NULL").groupBy("day").count(),
                "concat('day=', day)",
                "count"));
    assertScoredByTheRule(run, rule);
    assertSame(there, here);
    assertThat(result.out()).contains("shop-there minus shop-here").contains("shop right");
    assertReported(report);
    assertViewed(there);
    assertSame(videosThere, videosHere);
    assertVideosAnswered(videosThere);
  }

  private static void assertScoredByTheRule(Path run, Path rule) throws IOException {
    assertThat(
            Table.SCORES
                .read(SPARK, List.of(run.resolve("scores").toString()))
                .where("benchmark = 'ruled' AND profile = 'word' AND parsed NOT LIKE '% %'")
                .count())
        .as("12 questions, two methods")
        .isEqualTo(24);
    assertThat(run.resolve("manifest.json"))
        .content()
        .contains("\"rule first-word\" : \"" + Sha256.hex(Files.readAllBytes(rule)));
  }

  private static void assertSame(Path there, Path here) {
    assertThat(SameResult.of(there.toString())).isEqualTo(SameResult.of(here.toString()));
  }

  private static void assertReported(Path report) {
    assertThat(
            Metric.TABLE
                .read(SPARK, List.of(report.resolve("metrics").toString()))
                .where("metric = 'right' AND profile = 'loose' AND category = 'lamp'")
                .count())
        .as("two runs, two methods")
        .isEqualTo(4);
  }

  private static void assertViewed(Path run) throws IOException {
    try (Viewer viewer = OpenViewer.of(run.toString());
        ViewServer server = ViewServer.start(viewer, "127.0.0.1", 0);
        InputStream list = server.address("questions").toURL().openStream()) {
      assertThat(new String(list.readAllBytes(), StandardCharsets.UTF_8))
          .contains("t0", "t11", "shop");
    }
  }

  private static void assertVideosAnswered(Path run) {
    assertThat(
            Table.PREDICTIONS
                .read(SPARK, List.of(run.resolve("predictions").toString()))
                .groupBy("protocol", "video")
                .agg(expr("count(1)"), expr("count(error)"))
                .orderBy("protocol", "video")
                .collectAsList()
                .stream()
                .map(row -> row.mkString(" ")))
        .as("2 questions about each video under 2 methods, and how many have an error")
        .containsExactly(
            "lmms-eval:4 v1 4 0",
            "lmms-eval:4 v2 4 0",
            "lmms-eval:4 v3 4 4",
            "qwen2:4 v1 4 0",
            "qwen2:4 v2 4 0",
            "qwen2:4 v3 4 4");
  }
}
