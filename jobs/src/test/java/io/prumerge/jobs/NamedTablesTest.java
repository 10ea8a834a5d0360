package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.source.TableName;
import io.prumerge.store.ColumnSelection;
import io.prumerge.store.NamedTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables and views of the session's catalog are read by name, as files are. */
@Tag("spark")
class NamedTablesTest {

  private static final SparkSession SPARK = LocalSpark.session();
  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  private static final StructType QUESTIONS =
      StructType.fromDDL(
          "id BIGINT, asked STRING, answer STRING, photo BINARY, day DATE, at TIMESTAMP,"
              + " price DECIMAL(6,2), good BOOLEAN, words ARRAY<STRING>,"
              + " inner STRUCT<text: STRING, data: BINARY>");

  @TempDir private Path folder;

  @BeforeEach
  void create() {
    SPARK.sql("CREATE DATABASE shop LOCATION '" + folder.resolve("shop").toUri() + "'");
  }

  @AfterEach
  void drop() {
    SPARK.sql("DROP DATABASE shop CASCADE");
    SPARK.catalog().dropTempView("questions");
    SPARK.catalog().dropTempView("`my ``own. view`");
  }

  private static byte[] picture(int number) {
    BufferedImage image = new BufferedImage(6 + number, 4, BufferedImage.TYPE_INT_RGB);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new AssertionError("A PNG file in memory", e);
    }
    return bytes.toByteArray();
  }

  private static Row question(long id) {
    return RowFactory.create(
        id,
        "What is " + id + "?",
        "a" + id,
        picture((int) id),
        Date.valueOf("2026-03-0" + id),
        Timestamp.valueOf("2026-03-01 09:30:00"),
        new java.math.BigDecimal("12.50"),
        id % 2 == 0,
        new String[] {"x" + id, "y"},
        RowFactory.create("in " + id, picture((int) id)));
  }

  /** Rows in another order than that of their ids, in several files. */
  private static Dataset<Row> questions(long... ids) {
    List<Row> rows = new ArrayList<>();
    for (long id : ids) {
      rows.add(question(id));
    }
    return SPARK.createDataFrame(rows, QUESTIONS).repartition(2);
  }

  private String file(String... lines) throws IOException {
    Path file = folder.resolve("own.yaml");
    Files.writeString(file, String.join("\n", lines) + "\n");
    return file.toString();
  }

  private String own(String data, String columns) throws IOException {
    return file(
        "name: own",
        "data: \"" + data.replace("\"", "\\\"") + "\"",
        "columns: {question: asked, answers: answer, " + columns + "}",
        "score: {exact: {rule: exact}}");
  }

  private CommandLineRun prepare(String file, String... more) {
    return prepareTo("out", file, more);
  }

  private CommandLineRun prepareTo(String output, String file, String... more) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of("prepare", "--benchmark", file, "--output", place(output)),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private static void requireDone(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static void requireRefused(CommandLineRun run, String... words) {
    assertThat(run.code()).as(run.out()).isNotZero();
    assertThat(run.err()).contains(words);
    assertThat(run.err().lines().filter(line -> line.contains("\tat "))).isEmpty();
  }

  @Test
  void aTableIsReadInTheOrderOfIdsAlsoUnderALimit() throws IOException {
    questions(9, 2, 7, 1, 5).write().saveAsTable("shop.questions");
    String file = own("table:shop.questions", "id: id, image: photo");

    CommandLineRun all = prepare(file, "--show", "5");
    requireDone(all);
    assertThat(all.out()).contains("5 images, 5 questions");
    assertThat(all.err())
        .contains(
            "Counted 5 rows of the benchmark: 5 became questions; 5 questions; 5 pictures: 5 found");
    assertThat(all.out().lines().filter(line -> line.contains("What is")).toList())
        .hasSize(5)
        .first()
        .asString()
        .contains("What is 1?");
    assertThat(Files.readString(folder.resolve("out/_manifest.json")))
        .contains("\"table\" : \"shop.questions\"", "content-sha256");
    assertThat(folder.resolve(".out.preparing")).doesNotExist();

    CommandLineRun some =
        CommandLineRun.of(
            "prepare",
            "--benchmark",
            file,
            "--output",
            place("two"),
            "--limit",
            "2",
            "--show",
            "9");
    requireDone(some);
    assertThat(some.out()).contains("What is 1?", "What is 2?").doesNotContain("What is 5?");
  }

  @Test
  void viewsPartitionedTablesAndNamesInBackticksAreRead() throws IOException {
    questions(3, 1, 2).write().partitionBy("day").saveAsTable("shop.`days`");
    requireDone(
        prepare(own("table:`shop`.days", "id: id, image: photo, category: day"), "--show", "1"));
    assertThat(categories("out")).containsExactly("2026-03-01", "2026-03-02", "2026-03-03");

    questions(3, 1, 2)
        .selectExpr(
            "concat('q', id) AS `the id`", "asked", "answer", "inner", "at", "price", "good")
        .createOrReplaceTempView("`my ``own. view`");
    requireDone(
        prepareTo(
            "view",
            own(
                "table:`my ``own. view`",
                "id: the id, image: inner.data, category: [at, price, good, inner.text]")));
    assertThat(categories("view"))
        .containsExactly(
            "at=2026-03-01T09:30:00Z", "at=2026-03-01T09:30:00Z", "at=2026-03-01T09:30:00Z");
    assertThat(SPARK.read().parquet(place("view")).where("width IS NULL").count()).isZero();
  }

  @Test
  void blanksThatPadCharAreNoPartOfValues() throws IOException {
    SPARK.sql(
        "CREATE TABLE shop.padded (id CHAR(8), asked VARCHAR(20), answer CHAR(6), photo CHAR(12),"
            + " s STRUCT<kind: CHAR(5), more: ARRAY<CHAR(4)>>) USING parquet");
    SPARK.sql(
        "INSERT INTO shop.padded VALUES ('q0', 'Is it? ', 'cat', '0.png', struct('a', array('x')))"
            + ", ('q1', 'Is he?', 'dog', '1.png', struct(' b', array('y', null)))");
    Files.createDirectory(folder.resolve("photos"));
    for (int id : new int[] {0, 1}) {
      Files.write(folder.resolve("photos/" + id + ".png"), picture(id));
    }
    String file =
        file(
            "name: own",
            "data: table:shop.padded",
            "images: photos",
            "columns: {question: asked, answers: answer, id: id, image: photo, category: s.kind,"
                + " options: s.more}",
            "score: {exact: {rule: exact}}");

    requireDone(prepare(file, "--limit", "1"));
    assertThat(
            SPARK
                .read()
                .parquet(place("out"))
                .selectExpr("image_id", "inline(questions)")
                .selectExpr("concat_ws('|', question_id, image_id, category)")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("q0|0.png|a");
    NamedTable table = NamedTable.open(SPARK, TableName.of("table:shop.padded"));
    table.requireIds("id", Optional.empty());
    assertThat(table.picturing("id", List.of("q0", "q1"))).isPresent();
    table.stage(
        table.columns(),
        Optional.of("id"),
        ColumnSelection.WHOLE,
        new org.apache.hadoop.fs.Path(place("staged")));
    assertThat(SPARK.read().parquet(place("staged")).orderBy("id").toJSON().collectAsList())
        .containsExactly(
            "{'id':'q0','asked':'Is it? ','answer':'cat','photo':'0.png',".replace('\'', '"')
                + "'s':{'kind':'a','more':['x']}}".replace('\'', '"'),
            "{'id':'q1','asked':'Is he?','answer':'dog','photo':'1.png',".replace('\'', '"')
                + "'s':{'kind':' b','more':['y',null]}}".replace('\'', '"'));
  }

  private List<String> categories(String examples) {
    return SPARK
        .read()
        .parquet(place(examples))
        .selectExpr("inline(questions)")
        .orderBy("question_id")
        .select("category")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void aNameIsNoSqlNoPathAndOneOfTheSessions() throws IOException {
    questions(1).write().saveAsTable("shop.questions");
    requireRefused(
        prepare(own("table:shop.absent", "id: id")),
        "Cannot read table:shop.absent: the session has no such table or view");
    requireRefused(
        prepare(own("table:other.shop.questions", "id: id")),
        "Cannot read table:other.shop.questions");
    for (String query :
        List.of(
            "table:SELECT * FROM shop.questions",
            "table:shop.questions WHERE id = 1",
            "table:shop.my-questions",
            "table:")) {
      requireRefused(
          prepare(own(query, "id: id")), "Cannot read '" + query + "' as table:NAME with a name");
    }
    requireRefused(
        prepare(own("table:parquet.`" + place("shop") + "/questions`", "id: id")),
        "is a path: name the file or folder itself");
    requireRefused(prepare(own("table:shop.questions", "image: photo")), "no columns.id");
    requireRefused(
        prepare(
            file(
                "name: own",
                "data: [\"table:shop.questions\", \"table:shop.more\"]",
                "columns: {id: id, question: asked}",
                "score: {exact: {rule: exact}}")),
        "a table is read alone");
    Files.writeString(folder.resolve("more.csv"), "id,asked\n");
    requireRefused(
        prepare(
            file(
                "name: own",
                "data: [\"table:shop.questions\", more.csv]",
                "columns: {id: id, question: asked}",
                "score: {exact: {rule: exact}}")),
        "a table is read alone");
    requireRefused(
        prepare("mme", "--source", "table:shop.questions"),
        "the benchmark mme is read from its official files");
    requireRefused(
        prepare(own("table:shop.questions", "id: id, image: picture")),
        "table:shop.questions has no column 'picture'",
        "id, asked, answer, photo, day");
  }

  @Test
  void idsMustTellRowsApart() throws IOException {
    questions(1, 2, 2, 3, 3, 3).write().saveAsTable("shop.twice");
    requireRefused(
        prepare(own("table:shop.twice", "id: id")),
        "its column 'id' of ids must tell rows apart, but 2 rows have '2', 3 rows have '3';");
    questions(1, 2)
        .selectExpr("if(id = 1, null, id) AS id", "asked", "answer")
        .createOrReplaceTempView("questions");
    requireRefused(prepare(own("table:questions", "id: id")), "but 1 row has none;");
    requireRefused(
        prepare(own("table:shop.twice", "id: price")), "it is DECIMAL(6,2); ids are texts");
    assertThat(folder.resolve(".out.preparing")).doesNotExist();
  }

  @Test
  void whatNoQuestionCanUseIsRefusedByNameAndOnlyWhereItIsAskedFor() throws IOException {
    questions(1, 2)
        .selectExpr(
            "id",
            "asked",
            "answer",
            "map(1, 2) AS counts",
            "null AS nothing",
            "interval 1 month AS duration")
        .createOrReplaceTempView("questions");
    requireDone(prepare(own("table:questions", "id: id, category: nothing")));
    requireRefused(
        prepareTo("two", own("table:questions", "id: id, category: counts")),
        "Cannot read the column 'counts' of table:questions: it is MAP<INT, INT>");
    requireRefused(
        prepareTo("two", own("table:questions", "id: id, category: duration")),
        "Cannot read the column 'duration' of table:questions: it is INTERVAL MONTH");

    SPARK
        .readStream()
        .format("rate")
        .load()
        .selectExpr("value AS id", "'x' AS asked", "'y' AS answer")
        .createOrReplaceTempView("questions");
    requireRefused(prepareTo("two", own("table:questions", "id: id")), "it is a stream");
  }

  @Test
  void aFirstFileOfATableNamesItsIdsAndPictures() throws IOException {
    questions(3, 1, 2)
        .selectExpr("id", "asked AS question", "answer", "photo AS image", "day")
        .write()
        .saveAsTable("shop.questions");
    CommandLineRun init = init("table:shop.questions", "own.yaml");
    requireDone(init);
    assertThat(init.out()).startsWith("3 questions can be read");
    assertThat(folder.resolve("own.yaml"))
        .content()
        .contains("[\"table:shop.questions\"]", "id: id", "image: image", "question: question");
    requireDone(prepare(place("own.yaml")));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.contains("questions-")))
          .isEmpty();
    }

    SPARK.table("shop.questions").drop("id").createOrReplaceTempView("questions");
    requireRefused(
        init("table:questions", "two.yaml"),
        "Cannot tell which column of table:questions holds the questions' ids",
        "question, answer, image, day");
    questions(1, 1).selectExpr("id", "asked AS question").createOrReplaceTempView("questions");
    requireRefused(init("table:questions", "two.yaml"), "table:questions");
    assertThat(folder.resolve("two.yaml")).doesNotExist();
  }

  private CommandLineRun init(String data, String output) {
    return CommandLineRun.of("init-benchmark", "--data", data, "--output", place(output));
  }

  @Test
  @Tag("model")
  void aRunStaysWithTheRowsThatItBeganWith() throws IOException {
    questions(3, 1, 2).write().saveAsTable("shop.questions");
    String file = own("table:shop.questions", "id: id, image: photo, category: day");

    CommandLineRun plan = evaluate(file, "--dry-run");
    requireDone(plan);
    assertThat(plan.out()).contains("3 questions");
    questions(1, 2).createOrReplaceTempView("questions");
    plan = evaluate(file, "--dry-run", "--source", "own=table:questions");
    requireDone(plan);
    assertThat(plan.out()).contains("2 questions");
    CommandLineRun run = evaluate(file);
    requireDone(run);
    assertThat(Files.readString(folder.resolve("run/manifest.json")))
        .contains("\"table\" : \"shop.questions\"", "content-sha256");
    CommandLineRun score =
        CommandLineRun.of("score", "--benchmark", file, "--answers", place("run"));
    requireDone(score);
    assertThat(score.err()).contains("3 questions");
    requireDone(evaluate(file, "--resume"));

    questions(4).write().insertInto("shop.questions");
    requireRefused(
        evaluate(file, "--resume"),
        "Cannot continue the run: table:shop.questions has other rows than when it began");
    score = CommandLineRun.of("score", "--benchmark", file, "--answers", place("run"));
    requireDone(score);
    assertThat(score.err())
        .contains(
            "table:shop.questions has other rows than when the run began, and no version of before"
                + " to read",
            "4 questions");
  }

  @Test
  void anErrorNamesTheTableAndTheRowsId() throws IOException {
    questions(3, 1, 2, 4)
        .selectExpr("concat('q', id) AS id", "asked", "answer", "if(id = 3, 'all', 'x') AS kind")
        .createOrReplaceTempView("questions");

    CommandLineRun run = prepare(own("table:questions", "id: id, category: kind"));
    requireDone(run);
    assertThat(run.err())
        .contains("table:questions:id q3: 'kind' is 'all'")
        .doesNotContain("part-");
  }

  @Test
  void picturesAreStructsOrNamesBesideTheirFolder() throws IOException {
    questions(3, 1, 2)
        .selectExpr("id", "asked", "answer", "struct(photo AS bytes, 'x.png' AS path) AS image")
        .createOrReplaceTempView("questions");
    requireDone(prepare(own("table:questions", "id: id, image: image"), "--limit", "2"));
    assertThat(widths("out")).containsExactly(7, 8);

    Files.createDirectory(folder.resolve("photos"));
    for (int id : new int[] {1, 2, 3}) {
      Files.write(folder.resolve("photos/" + id + ".png"), picture(id));
    }
    questions(3, 1, 2)
        .selectExpr("id", "asked", "answer", "concat(id, '.png') AS image")
        .createOrReplaceTempView("questions");
    requireDone(
        prepareTo(
            "named",
            file(
                "name: own",
                "data: table:questions",
                "images: photos",
                "columns: {question: asked, answers: answer, id: id, image: image}",
                "score: {exact: {rule: exact}}"),
            "--limit",
            "2"));
    assertThat(widths("named")).containsExactly(7, 8);
  }

  private List<Integer> widths(String examples) {
    return SPARK
        .read()
        .parquet(place(examples))
        .select("width")
        .orderBy("width")
        .collectAsList()
        .stream()
        .map(row -> row.getInt(0))
        .toList();
  }

  @Test
  void theFormOfTheColumnsThatATableHasIsTaken() throws IOException {
    questions(3, 1, 2).createOrReplaceTempView("questions");
    String file =
        file(
            "name: own",
            "data: absent.csv",
            "layouts:",
            "  texts: {columns: {id: key, question: query}}",
            "  pictures: {columns: {id: id, image: photo, question: asked, answers: answer}}",
            "score: {exact: {rule: exact}}");
    CommandLineRun run = prepare(file, "--source", "table:questions");
    requireDone(run);
    assertThat(run.out()).contains("3 images, 3 questions");

    SPARK.sql("SELECT id AS key, asked AS query FROM questions").createOrReplaceTempView("texts");
    run = prepareTo("texts", file, "--source", "table:texts");
    SPARK.catalog().dropTempView("texts");
    requireDone(run);
    assertThat(run.out()).contains("0 images, 3 questions");
  }

  private CommandLineRun evaluate(String file, String... more) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "evaluate",
                    "--benchmark",
                    file,
                    "--model",
                    MODEL,
                    "--method",
                    "none",
                    "--device",
                    "cpu",
                    "--max-new-tokens",
                    "1",
                    "--output",
                    place("run")),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
