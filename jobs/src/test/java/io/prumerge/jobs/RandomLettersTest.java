package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Letters;
import io.prumerge.metric.Metric;
import io.prumerge.store.ScoreRow;
import io.prumerge.store.Table;
import io.prumerge.text.PythonRandom;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * MMMU's random letters, by {@code score} of answer files and of a run, and by {@code evaluate}.
 */
@Tag("spark")
@Tag("model")
class RandomLettersTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  private static final String UNDECIDED = "I cannot say";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Numbers of options in the order in which letters are drawn. */
  private static final Map<String, Integer> OPTIONS = new LinkedHashMap<>();

  static {
    OPTIONS.put("validation_Accounting_2", 4);
    OPTIONS.put("validation_Accounting_10", 3);
    OPTIONS.put("validation_Art_9", 4);
    OPTIONS.put("validation_Art_Theory_1", 2);
    OPTIONS.put("validation_Art_Theory_23", 5);
    OPTIONS.put("validation_Computer_Science_7", 4);
    OPTIONS.put("validation_Math_4", 0);
    OPTIONS.put("validation_Sociology_30", 7);
    OPTIONS.put("validation_Sociology_31", 4);
  }

  @TempDir private Path folder;

  /** Writes the questions in another order; A is right, and 7. */
  @BeforeEach
  void writeQuestions() throws IOException {
    ByteArrayOutputStream picture = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", picture);
    String text = Base64.getEncoder().encodeToString(picture.toByteArray());
    assertThat(text.length()).as("a shorter text would be an id").isGreaterThan(64);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Integer> question : OPTIONS.entrySet()) {
      Map<String, Object> row = new TreeMap<>();
      row.put("id", question.getKey());
      row.put("question", "What is in <image 1>?");
      row.put("options", Collections.nCopies(question.getValue(), "an option"));
      row.put("answer", question.getValue() == 0 ? "7" : "A");
      for (int i = 1; i <= 7; i++) {
        row.put("image_" + i, i == 1 ? text : "");
      }
      lines.add(MAPPER.writeValueAsString(row));
    }
    Collections.shuffle(lines, new Random(1));
    Files.write(folder.resolve("data.jsonl"), lines);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandLineRun done(String command, String... arguments) {
    CommandLineRun run =
        CommandLineRun.of(
            Stream.concat(Stream.of(command, "--benchmark", "mmmu"), Stream.of(arguments))
                .toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private CommandLineRun evaluate(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--source", path("data.jsonl")));
    arguments.addAll(List.of("--model", MODEL.toString(), "--method", "none", "prumerge"));
    arguments.addAll(List.of("--device", "cpu", "--prompts", "qwen", "--chunks", "3"));
    arguments.addAll(List.of("--output", path("run")));
    arguments.addAll(List.of(more));
    return done("evaluate", arguments.toArray(String[]::new));
  }

  private JsonNode score(String profile, String answers, String output) throws IOException {
    return MAPPER.readTree(
        done(
                "score",
                "--profile",
                profile,
                "--source",
                path("data.jsonl"),
                "--answers",
                path(answers),
                "--output",
                path(output),
                "--json")
            .out());
  }

  /** Returns the scores in a table, as method, question, parsed answer, unparsed and score. */
  private List<String> scores(String output, String profile) {
    return rows(output).stream()
        .filter(row -> row.profile().equals(profile))
        .map(
            row ->
                String.join(
                    " ",
                    row.method(),
                    row.questionId(),
                    row.parsed(),
                    String.valueOf(row.unparsed()),
                    row.score().toString()))
        .sorted()
        .toList();
  }

  private List<ScoreRow> rows(String output) {
    return Table.SCORES.records(
        Table.SCORES.read(LocalSpark.session(), List.of(path(output) + "/scores")));
  }

  private static Map<String, String> parsed(List<ScoreRow> rows, String method, String profile) {
    Map<String, String> parsed = new TreeMap<>();
    rows.stream()
        .filter(row -> row.method().equals(method) && row.profile().equals(profile))
        .forEach(row -> parsed.put(row.questionId(), row.parsed()));
    return parsed;
  }

  /** Python draws A, A, C, B, B and B of 4, 3, 4, 5, 7 and 4 letters. */
  @Test
  void answersInAFileGetPythonsLetters() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String id : OPTIONS.keySet()) {
      String text =
          switch (id) {
            case "validation_Art_Theory_1" -> "(A)";
            case "validation_Computer_Science_7" -> "The answer is (D).";
            default -> UNDECIDED;
          };
      lines.add(MAPPER.writeValueAsString(Map.of("question_id", id, "text", text)));
    }
    Collections.shuffle(lines, new Random(2));
    Files.write(folder.resolve("answers.jsonl"), lines);

    JsonNode drawn = score("official-random", "answers.jsonl", "drawn");
    JsonNode plain = score("official", "answers.jsonl", "plain");

    Map<String, String> expected =
        new TreeMap<>(
            Map.of(
                "validation_Accounting_2", "A",
                "validation_Accounting_10", "A",
                "validation_Art_9", "C",
                "validation_Art_Theory_1", "A",
                "validation_Art_Theory_23", "B",
                "validation_Computer_Science_7", "D",
                "validation_Sociology_30", "B",
                "validation_Sociology_31", "B"));
    Map<String, String> found = parsed(rows("drawn"), "answers", "official-random");
    Map<String, String> before = parsed(rows("plain"), "answers", "official");
    assertThat(found.remove("validation_Math_4")).isEqualTo(before.get("validation_Math_4"));
    assertThat(found).isEqualTo(expected);
    assertThat(drawn.findValue("n_unparsed").intValue()).isEqualTo(6);
    assertThat(drawn.findValue("accuracy").doubleValue()).isCloseTo(300.0 / 9, within(1e-9));
    assertThat(plain.findValue("n_unparsed").intValue()).isEqualTo(6);
    assertThat(
            Metric.TABLE.records(
                Metric.TABLE.read(LocalSpark.session(), List.of(path("drawn/metrics")))))
        .filteredOn(row -> row.name().equals("accuracy"))
        .filteredOn(row -> List.of("all", "Art_Theory", "Business").contains(row.category()))
        .extracting(row -> row.category() + " " + row.counts().unparsed())
        .as("each figure has its own number")
        .containsExactlyInAnyOrder("all 6", "Art_Theory 1", "Business 2");
    assertThat(plain.findValue("accuracy").doubleValue()).isCloseTo(100.0 / 9, within(1e-9));
  }

  @Test
  void aRunsTablesHaveTheLettersThatItsAnswersGetLater() throws IOException {
    evaluate();
    assertThat(folder.resolve("run/report/report.html")).content().contains("Undecided answers");
    List<ScoreRow> rows = rows("run");
    for (String method : List.of("none", "prumerge")) {
      Map<String, String> plain = parsed(rows, method, "official");
      PythonRandom random = new PythonRandom(42);
      Map<String, String> expected = new TreeMap<>(plain);
      OPTIONS.forEach(
          (id, options) -> {
            if (options > 0 && plain.get(id).isEmpty()) {
              expected.put(id, Letters.of(random.choice(options)));
            }
          });
      assertThat(parsed(rows, method, "official-random")).isEqualTo(expected);
      assertThat(expected).as("some are undecided").isNotEqualTo(plain);
      long undecided =
          rows.stream()
              .filter(row -> row.method().equals(method) && row.profile().equals("official"))
              .filter(ScoreRow::unparsed)
              .count();
      assertThat(Files.readString(folder.resolve("run/report/report.md")))
          .containsPattern("\\| " + method + "[^|]*\\| " + undecided + " \\(of 9\\) \\|");
    }
    List<String> scores = scores("run", "official-random");

    score("official-random", "run", "again");
    assertThat(scores("again", "official-random")).isEqualTo(scores);

    Files.delete(folder.resolve("run/_COMPLETE"));
    Files.delete(folder.resolve("run/_chunks/committed-00001.json"));
    evaluate("--resume");
    assertThat(scores("run", "official-random")).isEqualTo(scores);
  }
}
