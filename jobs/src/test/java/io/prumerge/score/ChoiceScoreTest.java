package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Rows;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores, exports and scores again what was exported. */
@Tag("spark")
class ChoiceScoreTest {

  private static final String BASE64 = "iVBORw0KGgo".repeat(10);

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  private Path write(String name, String... lines) throws IOException {
    Path file = folder.resolve("source").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, String.join("\n", lines) + "\n");
  }

  /**
   * The metrics of some answers by question id.
   *
   * @param exported what {@code --export} writes below the method's folder
   */
  private JsonNode metrics(String benchmark, Map<String, String> answers, String exported)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    answers.forEach(
        (id, answer) ->
            rows.add(
                Rows.prediction(
                    "benchmark",
                    benchmark,
                    "split",
                    Benchmarks.KNOWN.named(benchmark).defaultSplit(),
                    "question_id",
                    id,
                    "answer",
                    answer)));
    String predictions = folder.resolve("predictions").toString();
    Table.PREDICTIONS.write(Rows.predictions(rows), predictions);
    Path export = folder.resolve("export");

    JsonNode first = score(benchmark, predictions, "--export", export.toString());
    JsonNode again = score(benchmark, export.resolve("none").resolve(exported).toString());

    assertThat(again).isEqualTo(first);
    return first;
  }

  private JsonNode score(String benchmark, String answers, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("score", "--benchmark", benchmark, "--json"));
    arguments.addAll(List.of("--source", folder.resolve("source").toString()));
    arguments.addAll(List.of("--answers", answers));
    arguments.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out()).get("metrics");
  }

  private static void requireValues(JsonNode metrics, Map<String, Double> expected) {
    Map<String, Double> found = new TreeMap<>();
    expected.keySet().forEach(name -> found.put(name, metrics.path(name).asDouble(Double.NaN)));
    assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void mmeAddsSharesOfQuestionsAndOfPairs() throws IOException {
    for (String task : List.of("existence", "OCR")) {
      write(
          "eval_tool/Your_Results/" + task + ".txt",
          "1.jpg\tIs it a? Please answer yes or no.\tYes",
          "1.jpg\tIs it b? Please answer yes or no.\tNo");
    }

    JsonNode metrics =
        metrics(
            "mme",
            Map.of(
                "existence/1.jpg", "Yes",
                "existence/1.jpg#2", "No, it is a",
                "OCR/1.jpg", "Yes",
                "OCR/1.jpg#2", "I cannot say"),
            "");

    requireValues(
        metrics,
        Map.of(
            "perception", 250.0,
            "score/existence", 200.0,
            "score/OCR", 50.0,
            "accuracy", 75.0,
            "accuracy/OCR", 50.0,
            "accuracy_plus/existence", 100.0,
            "accuracy_plus/OCR", 0.0));
  }

  @Test
  void mmBenchWantsEveryRotationRight() throws IOException {
    write(
        "mmbench_dev_en_20231003.tsv",
        "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tsource\tl2-category\tcomment\tsplit",
        row(5, "cat\tdog", "B", BASE64),
        row(1_000_005, "dog\tcat", "A", "5"),
        row(6, "cat\tdog", "A", BASE64),
        row(1_000_006, "dog\tcat", "B", "6"));

    JsonNode metrics =
        metrics(
            "mmbench",
            Map.of("5", "B", "1000005", "The dog.", "6", "A", "1000006", "neither"),
            "mmbench.xlsx");

    requireValues(
        metrics,
        Map.of(
            "circular", 50.0,
            "circular/ocr", 50.0,
            "circular/perception", 50.0,
            "vanilla", 100.0,
            "accuracy", 75.0));
  }

  private static String row(long index, String options, String answer, String image) {
    return "%d\tWho?\t\t%s\t\t\t%s\tocr\t%s\t\tperception\t\tdev"
        .formatted(index, options, answer, image);
  }

  @Test
  void seedTellsImagesFromVideos() throws IOException {
    write(
        "SEED-Bench.json",
        "{\"questions\": [%s, %s, %s]}"
            .formatted(
                item("49914", 2, "image", "A"),
                item("49914", 2, "image", "B"),
                item("v1", 10, "video", "C")));

    JsonNode metrics =
        metrics("seed", Map.of("49914", "A", "49914#2", "A", "v1", "C"), "seed.jsonl");

    requireValues(
        metrics,
        Map.of(
            "seed_image", 50.0,
            "seed_video", 100.0,
            "accuracy/Instance Identity", 50.0,
            "accuracy/Action Recognition", 100.0));
    assertThat(metrics.get("seed_all").doubleValue()).isEqualTo(200.0 / 3, within(1e-9));
  }

  private static String item(String id, int type, String kind, String answer) {
    return """
        {"answer": "%s", "choice_a": "a", "choice_b": "b", "choice_c": "c", "choice_d": "d",
         "data_id": "x", "data_type": "%s", "question": "Who?", "question_id": "%s",
         "question_type_id": %d}"""
        .formatted(answer, kind, id, type);
  }
}
