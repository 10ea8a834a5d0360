package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    int code = Acceptance.run("--device=cpu", "--shape=tiny", "--minutes=0", "--work=" + work);

    JsonNode results = new ObjectMapper().readTree(work.resolve("results.json").toFile());
    List<String> measures = new ArrayList<>();
    for (JsonNode figure : results.get("figures")) {
      assertThat(figure.get("value").asDouble()).as("%s", figure).isPositive();
      measures.add(figure.get("measure").asText());
    }
    assertThat(code).as("%s", results).isZero();
    assertThat(measures).hasSize(13).anyMatch(measure -> measure.contains("POPE"));
    assertThat(results.get("figures").get(0).get("value").asDouble()).isEqualTo(1);
  }

  @Test
  void aDeviceThatIsNotThereIsOneLine() {
    assertThat(Acceptance.run("--device=cuda", "--work=" + work)).isEqualTo(1);
    assertThat(work).isEmptyDirectory();
  }
}
