package io.prumerge.jobs;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.Preparation;
import io.prumerge.PreparationResult;
import io.prumerge.Scoring;
import io.prumerge.ScoringResult;
import io.prumerge.metric.Metric;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that Spark wrote, from a first benchmark file to scores, with the counts of Spark. */
@Tag("spark")
@Tag("model")
class SparkFoldersTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");
  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static Dataset<Row> questions() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB), "png", png);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(
          RowFactory.create(
              "q" + i,
              png.toByteArray(),
              "What is \"it\", \\ or\nwhere?",
              i % 2 == 0 ? "yes" : "no",
              Timestamp.valueOf("2026-03-01 09:30:00"),
              i % 5 == 0 ? null : Date.valueOf("2026-03-0" + (1 + i % 2)),
              i % 3 == 0 ? "café/ä%2F" : "0" + i % 3));
    }
    return SPARK
        .createDataFrame(
            rows,
            new StructType()
                .add("id", DataTypes.StringType)
                .add("image", DataTypes.BinaryType)
                .add("question", DataTypes.StringType)
                .add("answer", DataTypes.StringType)
                .add("topic", DataTypes.TimestampType)
                .add("day", DataTypes.DateType)
                .add("shop", DataTypes.StringType))
        .repartition(3);
  }

  private static DataFrameWriter<Row> partitioned(Dataset<Row> rows) {
    return rows.write().partitionBy("day", "shop");
  }

  private Dataset<Row> asked(String examples) {
    return SPARK.read().parquet(path(examples)).selectExpr("inline(questions)");
  }

  private static Map<String, Long> counts(Dataset<Row> rows, String column) {
    Map<String, Long> counts = new TreeMap<>();
    rows.groupBy(expr(column))
        .count()
        .collectAsList()
        .forEach(row -> counts.put(String.valueOf(row.get(0)), row.getLong(1)));
    return counts;
  }

  @Test
  void aPartitionedFolderGoesFromItsFirstFileToScores() throws IOException {
    partitioned(questions()).parquet(path("data"));

    CommandLineRun init =
        done("init-benchmark", "--data", path("data"), "--output", path("own.yaml"));
    assertThat(init.out()).startsWith("12 questions can be read");
    assertThat(folder.resolve("own.yaml")).content().contains("category: topic", "image: image");
    Files.writeString(
        folder.resolve("own.yaml"),
        Files.readString(folder.resolve("own.yaml"))
            .replace("category: topic", "category: [shop, day, topic]"));

    CommandLineRun prepared =
        done("prepare", "--benchmark", path("own.yaml"), "--output", path("examples"));
    assertThat(prepared.problems()).isEmpty();
    Dataset<Row> examples = asked("examples");
    assertThat(counts(examples, "category"))
        .isEqualTo(Map.of("shop=café/ä%2F", 4L, "shop=01", 4L, "shop=02", 4L));

    done(
        "evaluate",
        "--examples",
        path("examples"),
        "--model",
        MODEL.toString(),
        "--method",
        "none",
        "--device",
        "cpu",
        "--max-new-tokens",
        "1",
        "--output",
        path("run"));
    Map<String, Long> scored =
        counts(
            SPARK.read().parquet(path("run/scores")).where("category LIKE 'shop=%'"), "category");
    assertThat(scored.keySet()).containsExactly("shop=01", "shop=02", "shop=café/ä%2F");
    assertThat(SPARK.read().parquet(path("run/predictions")).count())
        .isEqualTo(SPARK.read().parquet(path("data")).count());
  }

  @Test
  void textsOfSparksAreReadAsItWroteThem() throws IOException {
    Dataset<Row> texts = questions().drop("image");
    partitioned(texts).option("header", true).option("compression", "gzip").csv(path("csv"));
    partitioned(texts).option("compression", "bzip2").json(path("json"));

    for (String format : List.of("csv", "json")) {
      done("init-benchmark", "--data", path(format), "--output", path(format + ".yaml"));
      done(
          "prepare", "--benchmark", path(format + ".yaml"), "--output", path(format + ".examples"));
      Dataset<Row> examples = asked(format + ".examples");
      assertThat(examples.select("question_id").distinct().count()).as(format).isEqualTo(12);
      assertThat(counts(examples, "question"))
          .as(format)
          .isEqualTo(Map.of("What is \"it\", \\ or\nwhere?", 12L));
    }
  }

  /** A file whose own data are elsewhere: the sources that are given are read in their place. */
  private String file() throws IOException {
    Files.writeString(folder.resolve("elsewhere.csv"), "id,asked\n1,Who?\n");
    return Files.writeString(
            folder.resolve("own.yaml"),
            """
            name: own
            data: elsewhere.csv
            columns: {id: id, image: image, question: question, answers: answer, category: [shop, day]}
            score: {exact: {rule: exact}}
            """)
        .toString();
  }

  /** Returns a file with the answer yes to each question. */
  private String answers() throws IOException {
    StringBuilder lines = new StringBuilder("question_id,text\n");
    questions()
        .orderBy("id")
        .collectAsList()
        .forEach(row -> lines.append(row.get(0)).append(",yes\n"));
    return Files.writeString(folder.resolve("answers.csv"), lines).toString();
  }

  /** Returns how many questions each category of the data has. */
  private static Map<String, Long> categories(Dataset<Row> data) {
    Map<String, Long> all = counts(data.selectExpr("concat('shop=', shop) AS name"), "name");
    all.putAll(
        counts(data.where("day IS NOT NULL").selectExpr("concat('day=', day) AS name"), "name"));
    all.put("all", data.count());
    return all;
  }

  private static Map<String, Long> scored(Dataset<Row> metrics) {
    Map<String, Long> scored = new TreeMap<>();
    metrics
        .where("metric = 'accuracy'")
        .select("category", "n")
        .collectAsList()
        .forEach(row -> scored.put(row.getString(0), row.getLong(1)));
    return scored;
  }

  @Test
  void javaReadsItAsASourceToPrepareAndToScore() throws IOException {
    partitioned(questions()).parquet(path("data"));

    PreparationResult prepared =
        Preparation.of(SPARK)
            .benchmark(file())
            .sources(path("data"))
            .output(path("examples"))
            .run();
    assertThat(List.of(prepared.questions(), prepared.images(), prepared.leftOutRows()))
        .containsExactly(12L, 12L, 0L);
    assertThat(counts(asked("examples"), "answers[0]"))
        .isEqualTo(counts(SPARK.read().parquet(path("data")), "answer"));

    ScoringResult result =
        Scoring.of(SPARK).benchmark(file()).answers(answers()).sources(path("data")).run();
    assertThat(scored(result.metrics())).isEqualTo(categories(SPARK.read().parquet(path("data"))));
  }

  /** By a command and of JSON, while {@link #javaReadsItAsASourceToPrepareAndToScore}. */
  @Test
  void scoreReadsItAsASource() throws IOException {
    partitioned(questions()).option("compression", "gzip").json(path("data"));

    CommandLineRun run =
        done(
            "score",
            "--benchmark",
            file(),
            "--answers",
            answers(),
            "--source",
            path("data"),
            "--output",
            path("scores"));

    assertThat(run.err()).contains("Counted 12 rows of the benchmark: 12 became questions");
    assertThat(scored(Metric.TABLE.read(SPARK, List.of(path("scores/metrics")))))
        .isEqualTo(categories(questions()));
  }
}
