package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.Setting;
import io.prumerge.metric.ContrastResult;
import io.prumerge.store.FolderBeside;
import io.prumerge.store.Folders;
import io.prumerge.store.OutputFile;
import io.prumerge.store.Table;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user changes something, asks again, and wants to know whether it helped. */
@Tag("spark")
@Tag("model")
class TwoRunsTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  @TempDir private static Path folder;

  @BeforeAll
  static void runTwice() throws IOException {
    Files.createDirectories(folder.resolve("photos"));
    StringBuilder rows = new StringBuilder("image,question,hint,answer\n");
    Color[] colors = {Color.RED, Color.BLUE, Color.GREEN, Color.YELLOW};
    for (int i = 0; i < 12; i++) {
      BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      Graphics drawing = image.getGraphics();
      drawing.setColor(colors[i % 4]);
      drawing.fillRect(4 + i, 10, 30, 30);
      drawing.dispose();
      ImageIO.write(image, "png", folder.resolve("photos/" + i + ".png").toFile());
      rows.append(i)
          .append(".png,Is there a ")
          .append(i % 2 == 0 ? "red" : "blue")
          .append(" square in the image?,")
          .append(i < 3 ? "Answer yes or no." : "")
          .append(i % 4 < 2 ? ",yes\n" : ",no\n");
    }
    Files.writeString(folder.resolve("colours.csv"), rows);
    Files.writeString(
        folder.resolve("colours.yaml"),
        """
        name: colours
        data: colours.csv
        images: [photos]
        columns: {image: image, question: question, answers: answer}
        prompts:
          short: ["{question}", "\\n{hint}"]
          plain: "{question}"
        score:
          yes-no: {rule: yes-no}
        figures:
          accuracy: {statistic: mean}
        """);
    evaluate("first/plain", "plain", 10, "none", "prumerge", "prumerge+");
    evaluate("short", "short", 12, "none", "prumerge");
  }

  private static void evaluate(String output, String prompts, int limit, String... methods) {
    List<String> arguments =
        List.of(
            "evaluate",
            "--benchmark=" + folder.resolve("colours.yaml"),
            "--prompts=" + prompts,
            "--limit=" + limit,
            "--model=" + MODEL,
            "--device=cpu",
            "--output=" + folder.resolve(output),
            "--method");
    done(Stream.of(arguments, List.of(methods)).flatMap(List::stream).toList());
  }

  private static CommandLineRun done(List<String> arguments) {
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private CommandLineRun report(String output, String... more) {
    List<String> arguments =
        List.of(
            "report",
            "--runs",
            folder.resolve("first/plain").toString(),
            folder.resolve("short").toString(),
            "--output",
            folder.resolve(output).toString());
    return done(Stream.of(arguments, List.of(more)).flatMap(List::stream).toList());
  }

  private Map<String, Double> scores(String run, String method) {
    Dataset<Row> rows =
        Table.SCORES.read(
            LocalSpark.session(), List.of(folder.resolve(run).resolve("scores").toString()));
    Map<String, Double> scores = new HashMap<>();
    rows.where("method = '" + method + "'")
        .select("question_id", "score")
        .collectAsList()
        .forEach(row -> scores.put(row.getString(0), row.getDouble(1)));
    return scores;
  }

  /** In percent, over the questions of both. */
  private double difference(String method) {
    Map<String, Double> plain = scores("first/plain", method);
    Map<String, Double> brief = scores("short", method);
    assertThat(plain).hasSize(10);
    assertThat(brief).hasSize(12);
    return plain.keySet().stream()
        .mapToDouble(id -> 100 * (brief.get(id) - plain.get(id)))
        .average()
        .orElseThrow();
  }

  @Test
  void theSecondIsComparedWithTheFirstOnTheQuestionsOfBoth() throws IOException {
    CommandLineRun run = report("json", "--json", "--csv", folder.resolve("csv").toString());

    JsonNode contrasts = new ObjectMapper().readTree(run.out()).get("contrasts");
    for (String method : List.of("none", "prumerge")) {
      JsonNode row = null;
      for (JsonNode one : contrasts) {
        if (one.get("a").asText().equals("short " + method)
            && one.get("b").asText().equals("plain " + method)
            && one.get("benchmark").asText().equals("colours")) {
          row = one;
        }
      }
      assertThat(row).as(method + " of " + contrasts).isNotNull();
      assertThat(row.get("metric").asText()).isEqualTo("accuracy");
      assertThat(row.get("delta").asDouble()).isCloseTo(difference(method), within(1e-9));
      assertThat(row.get("n_both").asLong()).isEqualTo(10);
      assertThat(row.get("n_only_a").asLong()).isEqualTo(2);
      assertThat(row.get("n_only_b").asLong()).isZero();
      assertThat(row.get("caveat").asText())
          .isEqualTo(
              "over the 10 questions that both answered; 2 only the first, 0 only the second"
                  + " answered");
    }
    assertThat(run.err())
        .contains(
            "short minus plain on colours/test: 3 of 10 shared questions were asked with different"
                + " prompts");
    assertThat(contrasts)
        .as("both runs have these only")
        .filteredOn(row -> row.get("a").asText().startsWith("short "))
        .filteredOn(row -> row.get("b").asText().startsWith("plain "))
        .hasSize(4);
    everyTableIsAlsoCsv("json");
  }

  @Test
  void theDifferenceIsOnTheConsoleAndFirstOnThePage() throws IOException {
    CommandLineRun run = report("page");

    assertThat(run.out().lines().map(String::strip))
        .anyMatch(line -> line.startsWith("short minus plain, on the questions that both answered"))
        .anyMatch(line -> line.matches("method +questions +colours accuracy +retention %"))
        .anyMatch(line -> line.matches("none +10 +[+-]\\d+\\.\\d.*"))
        .anyMatch(line -> line.matches("prumerge +10 +[+-]\\d+\\.\\d.*"));
    String markdown = Files.readString(folder.resolve("page/report.md"));
    assertThat(markdown.indexOf("## Runs compared"))
        .isPositive()
        .isLessThan(markdown.indexOf("## Figures"));
    assertThat(markdown).contains("### short minus plain, in points, with 95 % intervals");
    assertThat(markdown.substring(markdown.indexOf("## Figures")))
        .contains("| none, short |")
        .doesNotContain("minus plain prumerge");
    assertThat(Files.readString(folder.resolve("page/report.html")))
        .contains("<h2>Runs compared</h2>");
    assertThat(
            ContrastResult.TABLE
                .read(LocalSpark.session(), List.of(folder.resolve("page/contrasts").toString()))
                .where("a = 'short none' AND b = 'plain none'")
                .count())
        .isEqualTo(2);
  }

  private static void everyTableIsAlsoCsv(String report) throws IOException {
    Dataset<Row> parquet =
        ContrastResult.TABLE.read(
            LocalSpark.session(), List.of(folder.resolve(report).resolve("contrasts").toString()));
    Dataset<Row> csv =
        LocalSpark.session()
            .read()
            .option("header", true)
            .option("escape", "\"")
            .schema(parquet.schema())
            .csv(folder.resolve("csv/contrasts.csv").toString());
    assertThat(csv.collectAsList()).isEqualTo(parquet.collectAsList());
    try (Stream<Path> files = Files.list(folder.resolve("csv"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains(
              "agreement.csv",
              "efficiency.csv",
              "leaderboard.csv",
              "metrics.csv",
              "runs.csv",
              "summary.csv");
    }
    assertThat(Files.readString(folder.resolve("csv/runs.csv")))
        .contains("\"[\"\"none\"\",\"\"prumerge\"\"]\"")
        .contains("\"\"conversation\"\"")
        .containsPattern(",\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z,");
  }

  /**
   * As if it were killed after the first two renames: both folders are there, the report is not.
   */
  @Test
  void takesUpTheFoldersOfAReportThatWasKilled() throws IOException {
    Folders folders = new Folders(LocalSpark.session());
    org.apache.hadoop.fs.Path output =
        folders.qualified(Setting.OUTPUT, folder.resolve("killed").toString());
    for (String name : new String[] {"killed-csv", "killed-latex"}) {
      new FolderBeside(
              output, folders.qualified(Setting.CSV, folder.resolve(name).toString()), folders)
          .write(
              partial ->
                  OutputFile.create(
                          folders.fileSystem(partial),
                          new org.apache.hadoop.fs.Path(partial, "old.csv"),
                          false)
                      .close());
    }
    refusesCsv("other"); // which is another report's

    CommandLineRun run =
        report(
            "killed",
            "--csv",
            folder.resolve("killed-csv").toString(),
            "--latex",
            folder.resolve("killed-latex").toString(),
            "--contrast",
            "short prumerge:plain prumerge+");

    assertThat(folder.resolve("killed/report.html")).exists();
    assertThat(folder.resolve("killed-csv/metrics.csv")).exists();
    assertThat(folder.resolve("killed-csv/old.csv")).doesNotExist();
    assertThat(folder.resolve("killed-latex/old.csv")).doesNotExist();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith(".killed"));
    }
    refusesCsv("again");
    assertThat(run.out())
        .as("a pair that is asked for by the folders' names")
        .containsPattern(
            "Comparisons asked for[^:]*:\\R *comparison +.*\\R"
                + "short prumerge minus plain prumerge\\+ +\\d+ +")
        .contains("short minus plain");
  }

  private static void refusesCsv(String output) {
    CommandLineRun run =
        CommandLineRun.of(
            "report",
            "--runs=" + folder.resolve("short"),
            "--output=" + folder.resolve(output),
            "--csv=" + folder.resolve("killed-csv"));
    assertThat(run.err()).contains("killed-csv exists already; name a new folder");
  }

  @Test
  void refusesOneFolderForTwoForms() {
    CommandLineRun run =
        CommandLineRun.of(
            "report",
            "--runs=" + folder.resolve("short"),
            "--output=" + folder.resolve("refused"),
            "--csv=" + folder.resolve("both"),
            "--latex=" + folder.resolve("both"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--output, --latex and --csv must be different folders");
    assertThat(folder.resolve("both")).doesNotExist();
  }
}
