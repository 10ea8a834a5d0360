package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.console.UsageException;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.store.SparkData;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class SparkTrialsTest {

  private static SparkSession spark;

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    spark = LocalSpark.session();
  }

  private SparkData best(String format, Map<String, String> options) throws IOException {
    return SparkTrials.best(spark, new SparkData(format, List.of(folder.toString()), options))
        .data();
  }

  private void text(String text, Charset charset) throws IOException {
    Files.write(folder.resolve("part-00000.csv"), text.getBytes(charset));
  }

  /** Whatever options Spark writes cells by, those that are found read the same cells. */
  @Test
  void whatSparkWroteByOptionsIsReadByThoseThatAreFound() throws IOException {
    Random random = new Random(94);
    String[] pieces = {"a", "5\" disk", "\\", "C:\\x", ",", ";", "|", "\t", "\n", " ", "é", "?"};
    for (int round = 0; round < 2; round++) {
      List<String> rows = new ArrayList<>();
      for (int row = 0; row < 12; row++) {
        StringBuilder cells = new StringBuilder("q").append(row);
        for (int column = 0; column < 2; column++) {
          cells.append("\0a \"b\"; c,");
          for (int i = random.nextInt(5); i > 0; i--) {
            cells.append(pieces[random.nextInt(pieces.length)]);
          }
          cells.append("d");
        }
        rows.add(cells.toString());
      }
      Path written = folder.resolve("w" + round);
      String separator = round == 0 ? ";" : "\t";
      String escape = round == 0 ? "\\" : "\"";
      var table =
          spark
              .createDataset(rows, Encoders.STRING())
              .selectExpr(
                  "split(value, '\0')[0] id", "split(value, '\0')[1] q", "split(value, '\0')[2] a");
      table
          .write()
          .options(Map.of("header", "true", "sep", separator, "escape", escape))
          .option("ignoreLeadingWhiteSpace", false)
          .option("ignoreTrailingWhiteSpace", false)
          .csv(written.toString());

      SparkData found =
          SparkTrials.best(spark, new SparkData("csv", List.of(written.toString()), Map.of()))
              .data();

      assertThat(
              spark
                  .read()
                  .format("csv")
                  .options(found.options())
                  .load(written.toString())
                  .orderBy("id")
                  .collectAsList())
          .as(found.toString())
          .isEqualTo(table.orderBy("id").collectAsList());
    }
  }

  @Test
  void theDefaultsStayWhereTheyDoAndWhatIsGivenStays() throws IOException {
    text("id,q,a\n1,Q?,A\n2,P?,B\n", StandardCharsets.UTF_8);

    assertThat(best("csv", Map.of()).options()).isEqualTo(Map.of("header", "true"));
    assertThat(best("csv", Map.of("SEP", ";", "header", "false")).options())
        .isEqualTo(Map.of("SEP", ";", "header", "false"));
    assertThat(best("text", Map.of()).options()).isEmpty();
  }

  @Test
  void encodingsAreToldByTheFirstBytes() throws IOException {
    Map<String, String> given = Map.of("sep", ";", "escape", "\"", "header", "true");
    text("id;q\n1;Où?\n", Charset.forName("windows-1252"));
    assertThat(best("csv", given).options()).containsEntry("encoding", "windows-1252");

    text("id;q\n1;Où?\n", StandardCharsets.UTF_16);
    assertThat(best("csv", given).options()).containsEntry("encoding", "UTF-16");

    text("id;q\n1;Où?\n", StandardCharsets.UTF_8);
    assertThat(best("csv", given).options()).isEqualTo(given);
  }

  @Test
  void filesThatBeginDifferentlyHaveNoHeader() throws IOException {
    text("1,Q?,A\n", StandardCharsets.UTF_8);
    Files.writeString(folder.resolve("part-00001.csv"), "2,P?,B\n");

    assertThat(best("csv", Map.of("sep", ",", "escape", "\"")).options())
        .isEqualTo(Map.of("sep", ",", "escape", "\"", "header", "false"));
  }

  @Test
  void jsonOverLinesIsFound() throws IOException {
    Files.writeString(folder.resolve("a.json"), "[\n {\"id\": 1,\n  \"q\": \"Q?\"}\n]\n");
    assertThat(best("json", Map.of()).options()).isEqualTo(Map.of("multiLine", "true"));

    Files.writeString(folder.resolve("a.json"), "{\"id\": 1, \"n\": 2}\n{\"id\": 2}\n");
    assertThat(best("json", Map.of()).options()).isEmpty();

    Files.writeString(folder.resolve("a.json"), "no JSON\n");
    assertThatThrownBy(() -> best("json", Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("by any of 2 sets of options");
  }

  @Test
  void aFirstFileSaysTheOptionsAndPreparesAsItIs() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        data.resolve("part-00000-3f1c2a44-9d3e-4b0a-8a51-0c6b9f1d2e77-c000.csv"),
        "qid;question;answer\nq0;\"How wide is the 5\\\" disk?\";yes\nq1;\"Is\n\\\"it\\\"; red?\";no\n");
    Path own = folder.resolve("own.yaml");

    CommandLineRun run =
        CommandLineRun.of("init-benchmark", "--data", data.toString(), "--output", own.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("2 questions can be read");
    assertThat(Files.readString(own))
        .contains(
            "data: {format: csv, path: data, options: {header: true, multiLine: true, sep: \";\"}}\n",
            "# Of 16 sets of options that were tried on the first rows these read them best: 3"
                + " columns, 2 rows, 0 unreadable.\n");
    CommandLineRun shown =
        CommandLineRun.of(
            "prepare",
            "--benchmark",
            own.toString(),
            "--show",
            "2",
            "--output",
            folder.resolve("examples").toString());
    assertThat(shown.out()).as(shown.err()).contains("How wide is the 5\" disk?", "\"it\"; red?");
  }
}
