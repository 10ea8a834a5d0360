package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.host.DeviceOption;
import io.prumerge.model.RandomShape;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rehearses the acceptance on the processor, on a tiny checkpoint. */
@Tag("slow")
class AcceptanceTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path work;

  @Test
  void theProcessorAgreesWithItselfAndEverySectionLeavesFigures() throws Exception {
    int code =
        run(
            "--only=agreement,methods,families,memory,roofline,stages,training,noise,pairs,profile,"
                + "operators,load");

    JsonNode results = results();
    List<String> measures = new ArrayList<>();
    for (JsonNode figure : results.get("figures")) {
      assertThat(figure.has("value")).as("%s", figure).isTrue();
      assertThat(figure.path("value").asDouble()).as("%s", figure).isNotNegative();
      measures.add(figure.get("measure").asText());
    }
    assertThat(code).as("%s", results).isZero();
    int ofPairs = 3 * DeviceOption.values().length;
    assertThat(measures).hasSize(43 + ofPairs).anyMatch(measure -> measure.contains("POPE"));
    assertThat(results.get("figures").get(0).get("value").asDouble()).isEqualTo(1);
  }

  /** Of an earlier run, whose answers would be as wrong as these if the file were not read. */
  @Test
  void aDifferenceFromTheAnswersOfAnEarlierRunIsAMissedGoal() throws Exception {
    Path file = work.resolve("cpu-answers.json");
    assertThat(run("--only=training", "--cpu-answers=" + file)).isZero();
    ObjectNode answers = (ObjectNode) JSON.readTree(file.toFile());
    assertThat(run("--only=training", "--cpu-answers=" + file)).isZero();
    assertThat(JSON.readTree(file.toFile())).isEqualTo(answers);

    for (Map.Entry<String, JsonNode> losses : answers.properties()) {
      ArrayNode numbers = (ArrayNode) losses.getValue();
      numbers.set(2, numbers.get(2).asDouble() * 1.01);
    }
    JSON.writeValue(file.toFile(), answers);
    assertThat(run("--only=training", "--cpu-answers=" + file)).isEqualTo(1);
    assertThat(results().get("figures").get(0).get("value").asDouble()).isBetween(0.009, 0.011);
  }

  @Test
  void anOptionIsMeasuredBothWays() throws Exception {
    Setting setting =
        new Setting(
            Path.of(System.getProperty("project.root")),
            work,
            Duration.ZERO,
            RandomShape.tiny(),
            0,
            0,
            0,
            DeviceChoice.CPU,
            DtypeChoice.AUTO,
            CpuAnswers.none());
    Results results = new Results(Map.of());
    new OptionPairs(List.of(DeviceOption.BYTE_PIXELS)).run(setting, results);
    assertThat(results.figures())
        .hasSize(3)
        .allMatch(figure -> figure.value().getAsDouble() > 0)
        .allMatch(figure -> figure.detail().contains(" questions/s with, "));
    assertThat(System.getProperty(DeviceOption.BYTE_PIXELS.property())).isNull();
  }

  @Test
  void withoutHuggingFaceEveryRaceSaysWhy() throws Exception {
    assertThat(run("--only=wide", "--python=no-such-python")).isZero();
    assertThat(results().get("figures"))
        .hasSize(7)
        .allSatisfy(
            figure -> assertThat(figure.toString()).contains("cannot start no-such-python"));
  }

  private int run(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--device=cpu", "--shape=tiny", "--minutes=0", "--work=" + work));
    return Acceptance.run(all.toArray(String[]::new));
  }

  private JsonNode results() throws IOException {
    return JSON.readTree(work.resolve("results.json").toFile());
  }

  @Test
  void aDeviceThatIsNotThereIsOneLine() {
    assertThat(Acceptance.run("--device=cuda", "--work=" + work)).isEqualTo(1);
    assertThat(Acceptance.run("--device=cuda", "--list", "--work=" + work)).isEqualTo(1);
    assertThat(work).isEmptyDirectory();
  }
}
