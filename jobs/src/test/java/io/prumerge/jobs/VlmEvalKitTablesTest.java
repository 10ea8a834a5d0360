package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.metric.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VLMEvalKit's answers, scored by its own tables of questions, beside its own figures. */
@Tag("spark")
class VlmEvalKitTablesTest {

  private static final Path VECTORS =
      Path.of("src/test/resources/logs/vlmevalkit").toAbsolutePath();

  private static final List<String> MODELS = List.of("made-7b", "made-7b-pruned");

  @TempDir private Path folder;

  /** Returns the figures of {@code score}, by label, name and category. */
  private Map<String, Double> figures(String set, String log) {
    Path of = VECTORS.resolve(set);
    Path run = folder.resolve(set);
    CommandLineRun made =
        CommandLineRun.of(
            "score",
            "--benchmark",
            set.toLowerCase(Locale.ROOT),
            "--profile",
            "vlmevalkit",
            "--source",
            of.resolve("source/" + set + ".tsv").toString(),
            "--answers",
            "made-7b=" + of.resolve("outputs/made-7b"),
            "made-7b-pruned=" + of.resolve("outputs/made-7b-pruned"),
            "odd=" + of.resolve("outputs/made-7b-odd/T20260818-101112/made-7b-odd_" + log),
            "--output",
            run.toString());
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
    return Metric.TABLE
        .records(
            Metric.TABLE.read(LocalSpark.session(), List.of(run.resolve("metrics").toString())))
        .stream()
        .filter(metric -> metric.value().isPresent())
        .collect(
            Collectors.toMap(
                metric -> metric.key().method() + " " + metric.name() + "/" + metric.category(),
                metric -> metric.value().getAsDouble(),
                (one, other) -> one,
                TreeMap::new));
  }

  private static JsonNode theirs(String set, String model) throws IOException {
    return new ObjectMapper()
        .readTree(VECTORS.resolve(set).resolve("expected.json").toFile())
        .path(model)
        .path("score");
  }

  @Test
  void popeHasTheirFiguresOfEachSetting() throws IOException {
    Map<String, Double> ours = figures("POPE", "POPE.tsv");
    Map<String, String> names =
        Map.of("Overall", "f1", "acc", "accuracy", "precision", "precision", "recall", "recall");

    for (String model : MODELS) {
      for (JsonNode row : theirs("POPE", model)) {
        String split = row.path("split").asText();
        names.forEach(
            (theirs, name) -> {
              String figure = model + " " + name + "/" + (split.equals("Overall") ? "all" : split);
              assertThat(ours.get(figure))
                  .as(figure)
                  .isCloseTo(row.path(theirs).asDouble(), within(1e-9));
            });
      }
    }
    assertThat(ours.get("odd accuracy/all"))
        .as("the last row alone is right, which is of two of 17 questions")
        .isCloseTo(200. / 17, within(1e-9));
  }

  @Test
  void mmeHasTheirPointsOfEachTask() throws IOException {
    Map<String, Double> ours = figures("MME", "MME.xlsx");

    for (String model : MODELS) {
      JsonNode points = theirs("MME", model).get(0);
      assertThat(points).hasSize(16);
      points
          .properties()
          .forEach(
              one -> {
                String figure =
                    switch (one.getKey()) {
                      case "perception" -> "perception/all";
                      case "reasoning" -> "cognition/all";
                      default -> "score/" + one.getKey();
                    };
                assertThat(ours.get(model + " " + figure))
                    .as(model + " " + figure)
                    .isCloseTo(one.getValue().asDouble(), within(1e-9));
              });
    }
    assertThat(ours.get("odd score/color"))
        .as("'line one', and 'The answer is No.' to a question whose answer that is")
        .isCloseTo(50, within(1e-9));
  }
}
