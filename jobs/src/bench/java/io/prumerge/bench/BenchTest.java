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

/** Every section once, over a tiny checkpoint and without judging the figures. */
@Tag("slow")
class BenchTest {

  @TempDir Path work;

  @Test
  void everySectionLeavesFiguresAndAnAbsentPeerIsSaid() throws Exception {
    int code =
        Bench.run(
            "--minutes=0",
            "--shape=tiny",
            "--pictures=100",
            "--requests=500",
            "--python=no-such-python",
            "--work=" + work);

    JsonNode results = new ObjectMapper().readTree(work.resolve("results.json").toFile());
    List<String> without = new ArrayList<>();
    for (JsonNode figure : results.get("figures")) {
      if (!figure.has("value")) {
        without.add(figure.get("detail").asText());
      }
    }
    assertThat(code).as("%s", results).isZero();
    assertThat(results.get("figures")).hasSizeGreaterThan(20);
    assertThat(without)
        .hasSize(21)
        .allMatch(detail -> detail.contains("cannot start no-such-python"));
  }
}
