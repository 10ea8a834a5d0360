package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every section once, over a tiny checkpoint and without judging the figures. */
@Tag("slow")
class BenchTest {

  @TempDir Path work;

  @Test
  @Tag("soak")
  void everySectionLeavesFiguresAndAnAbsentPeerIsSaid() throws Exception {
    int code =
        Bench.run(
            "--minutes=0",
            "--shape=tiny",
            "--depth=4",
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
    assertThat(results.get("figures")).hasSizeGreaterThan(50);
    assertThat(without)
        .hasSize(38)
        .allMatch(detail -> detail.contains("cannot start no-such-python"));
    requireDepth(results.get("figures"));
    assertThat(work.resolve("depth/random-32x2-32x4")).doesNotExist();
  }

  // What is saved, from the rows of the seconds.
  private static void requireDepth(JsonNode figures) {
    Map<String, JsonNode> rows = new HashMap<>();
    for (JsonNode figure : figures) {
      if (figure.get("on").asText().startsWith("random-32x2-32x4,")) {
        rows.put(figure.get("measure").asText(), figure);
      }
    }
    String saved = "time saved over FLOPs saved, ";
    List<String> savings = rows.keySet().stream().filter(row -> row.startsWith(saved)).toList();
    assertThat(savings).hasSize(8);
    for (String row : savings) {
      String asked = row.substring(saved.length());
      JsonNode method = rows.get("seconds a question, " + asked);
      JsonNode none =
          rows.get("seconds a question, " + asked.substring(0, asked.lastIndexOf(' ')) + " none");
      double time = 1 - method.get("value").asDouble() / none.get("value").asDouble();
      double flops = 1 - teraFlops(method) / teraFlops(none);
      assertThat(flops).as(row).isBetween(0.01, 0.99);
      assertThat(rows.get(row).get("value").asDouble())
          .isCloseTo(time / flops, withinPercentage(10)); // FLOPs are said in three digits
    }
    assertThat(teraFlops(rows.get("seconds a question, 3 questions per image, none")))
        .isBetween(
            1.01 * teraFlops(rows.get("seconds a question, 1 question per image, none")),
            2.9 * teraFlops(rows.get("seconds a question, 1 question per image, none")));
  }

  private static double teraFlops(JsonNode seconds) {
    return Double.parseDouble(seconds.get("detail").asText().replaceAll(".* and | TFLOP.*", ""));
  }

  @Test
  void theSectionOfADepthNeedsOne() {
    assertThat(Bench.run("--only=depth", "--work=" + work)).isEqualTo(2);
    assertThat(work).isEmptyDirectory();
  }
}
