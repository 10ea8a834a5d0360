package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rehearses the acceptance on the processor, on a tiny checkpoint. */
@Tag("slow")
class AcceptanceTest {

  @TempDir Path work;

  @Test
  void theProcessorAgreesWithItselfAndEverySectionLeavesFigures() throws Exception {
    int code = run("--only=agreement,methods,stages,operators,roofline");

    JsonNode results = results();
    List<String> measures = new ArrayList<>();
    for (JsonNode figure : results.get("figures")) {
      assertThat(figure.get("value").asDouble()).as("%s", figure).isPositive();
      measures.add(figure.get("measure").asText());
    }
    assertThat(code).as("%s", results).isZero();
    assertThat(measures).hasSize(25).anyMatch(measure -> measure.contains("POPE"));
    assertThat(results.get("figures").get(0).get("value").asDouble()).isEqualTo(1);
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
    return new ObjectMapper().readTree(work.resolve("results.json").toFile());
  }

  @Test
  void aDeviceThatIsNotThereIsOneLine() {
    assertThat(Acceptance.run("--device=cuda", "--work=" + work)).isEqualTo(1);
    assertThat(work).isEmptyDirectory();
  }
}
