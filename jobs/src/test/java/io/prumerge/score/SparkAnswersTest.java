package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.store.SparkData;
import io.prumerge.store.SparkFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class SparkAnswersTest {

  private static final Map<String, String> ANSWERS = new LinkedHashMap<>();

  private static SparkSession spark;

  static {
    ANSWERS.put("0", "5\" disk");
    ANSWERS.put("1", "Is \"it\" red, or C:\\new\\\"x\"; no");
    ANSWERS.put("2", "red");
  }

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    spark = LocalSpark.session();
  }

  /** Lets Spark write the answers. */
  private Path written(Map<String, String> options) {
    Path answers = folder.resolve("answers");
    List<String> rows =
        ANSWERS.entrySet().stream().map(one -> one.getKey() + "\t" + one.getValue()).toList();
    spark
        .createDataset(rows, Encoders.STRING())
        .selectExpr("split(value, '\t')[0] AS question_id", "split(value, '\t')[1] AS text")
        .coalesce(1)
        .write()
        .option("header", true)
        .options(options)
        .csv(answers.toString());
    return answers;
  }

  private static Optional<SparkData> writtenAt(Path path) throws IOException {
    return SparkFolders.of(
        List.of(new org.apache.hadoop.fs.Path(path.toUri())), new Configuration());
  }

  private static Map<String, String> read(SparkData data) throws IOException {
    Map<String, String> answers = new LinkedHashMap<>();
    LeftOutRows leftOut =
        new SparkAnswers(spark, Optional.empty())
            .read(
                data,
                Benchmarks.KNOWN.named("chartqa"),
                answer -> answers.put(answer.key(), answer.text()));
    leftOut.warning().ifPresent(warning -> answers.put("left out", warning));
    return answers;
  }

  @Test
  void whatSparkWroteIsReadByItsDefaults() throws IOException {
    Path answers = written(Map.of());

    assertThat(read(writtenAt(answers).orElseThrow())).isEqualTo(ANSWERS);

    try (var files = Files.newDirectoryStream(answers, "part-*.csv")) {
      Path one = files.iterator().next();
      assertThat(read(writtenAt(one).orElseThrow())).as("one of its files").isEqualTo(ANSWERS);
      Path other = Files.move(one, answers.resolve("part-00000-tid-77-c000.csv"));
      assertThat(read(writtenAt(other).orElseThrow())).as("another name").isEqualTo(ANSWERS);
      Path oldest = Files.move(other, answers.resolve("part-r-100000-77.csv"));
      assertThat(read(writtenAt(oldest).orElseThrow())).as("Spark 1's name").isEqualTo(ANSWERS);
      Path renamed = Files.move(oldest, folder.resolve("answers.csv"));
      assertThat(writtenAt(renamed)).as("nobody knows who wrote it").isEmpty();
    }
  }

  @Test
  void optionsAreNeverTried() throws IOException {
    Path answers = written(Map.of("sep", ";"));
    SparkData data = writtenAt(answers).orElseThrow();

    assertThatThrownBy(() -> read(data))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "answers are in the columns question_id and text",
            "its columns: question_id;text",
            "options: {header: true, sep: \";\"}}");
    assertThat(read(data.with("sep", ";"))).isEqualTo(ANSWERS);
  }

  /** Spark's default makes nulls of what a row lacks. */
  @Test
  void aRowThatSparkCannotReadIsLeftOut() throws IOException {
    Path answers = Files.createDirectories(folder.resolve("answers"));
    Files.writeString(answers.resolve("part-00000.csv"), "question_id,text\n0,a\n1\n2,c\n");

    assertThat(read(writtenAt(answers).orElseThrow()))
        .containsEntry("0", "a")
        .containsEntry("2", "c")
        .doesNotContainKey("1")
        .hasEntrySatisfying("left out", why -> assertThat(why).startsWith("1 row cannot be read"));
  }

  @Test
  void aCommandTakesDataWithTheirOptions() throws IOException {
    Path answers = written(Map.of("sep", "|"));
    Files.writeString(
        folder.resolve("own.csv"),
        "id,q,a\n0,How wide?,\"5\"\" disk\"\n1,What?,no\n2,Colour?,red\n");
    Path own =
        Files.writeString(
            folder.resolve("own.yaml"),
            "name: own\ndata: own.csv\ncolumns: {id: id, question: q, answers: a}\n"
                + "prompts: {p: \"{question}\"}\nscore: {own: {rule: exact}}\n");

    CommandLineRun run =
        CommandLineRun.of(
            "score",
            "--benchmark",
            own.toString(),
            "--answers",
            "{format: csv, path: %s, options: {header: true, sep: \"|\"}}".formatted(answers));

    assertThat(run.out()).as(run.err()).contains("accuracy", "66.667", "n=3");
  }
}
