package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MmBenchWriterTest {

  private static final String FILE = "mmbench/mmbench_dev_en_20231003.tsv";
  private static final Map<String, Set<String>> LEAVES =
      Map.of(
          "coarse_perception",
          Set.of("image_emotion", "image_quality", "image_scene", "image_style", "image_topic"),
          "finegrained_perception (instance-level)",
          Set.of("attribute_recognition", "celebrity_recognition", "object_localization", "ocr"),
          "finegrained_perception (cross-instance)",
          Set.of("action_recognition", "attribute_comparison", "spatial_relationship"),
          "attribute_reasoning",
          Set.of("function_reasoning", "identity_reasoning", "physical_property_reasoning"),
          "logic_reasoning",
          Set.of("future_prediction", "structuralized_imagetext_understanding"));

  @Test
  void everyQuestionIsAskedInEveryRotation() throws IOException {
    Generated generated = Generated.of(Split.TEST);
    List<String> lines = generated.lines(FILE);
    assertThat(lines.get(0))
        .isEqualTo(
            "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tsource\tl2-category\tcomment\tsplit");
    String[] names = lines.get(0).split("\t");
    Map<Long, Map<String, String>> rows = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      assertThat(cells).hasSameSizeAs(names);
      assertThat(line).doesNotContain("\"");
      Map<String, String> row = new HashMap<>();
      for (int i = 0; i < names.length; i++) {
        row.put(names[i], cells[i]);
      }
      assertThat(rows.put(Long.parseLong(row.get("index")), row)).isNull();
    }
    Map<Long, Set<String>> letters = new TreeMap<>();
    rows.forEach(
        (index, row) -> {
          Map<String, String> original = rows.get(index % 1_000_000);
          String image = row.get("image");
          if (index >= 1_000_000) {
            assertThat(image).as("another row's index").isEqualTo(original.get("index"));
            image = original.get("image");
          }
          assertThat(row.get("question")).isEqualTo(original.get("question"));
          assertThat(row.get("split")).isEqualTo("dev");
          assertThat(LEAVES.get(row.get("l2-category"))).contains(row.get("category"));
          Scene scene = generated.scene(Base64.getDecoder().decode(image));
          List<String> options = options(row);
          assertThat(options).hasSize(options(original).size()).doesNotHaveDuplicates();
          assertThat(options).containsExactlyInAnyOrderElementsOf(options(original));
          assertThat(row.get(row.get("answer")))
              .isEqualTo(Oracle.choice(scene, row.get("question"), options));
          letters
              .computeIfAbsent(index % 1_000_000, group -> new TreeSet<>())
              .add(row.get("answer"));
          assertThat(index / 1_000_000).isLessThan(options.size());
        });
    assertThat(letters).hasSize(Generated.IMAGES);
    letters.forEach(
        (group, answers) -> assertThat(answers).hasSize(options(rows.get(group)).size()));
    assertThat(generated.tally("mmbench"))
        .isEqualTo(new WrittenCounts(Generated.IMAGES, rows.size()));
  }

  /** Returns the cells before the first empty one; only empty ones may follow. */
  private static List<String> options(Map<String, String> row) {
    List<String> options = new ArrayList<>();
    for (String letter : List.of("A", "B", "C", "D")) {
      if (!row.get(letter).isEmpty()) {
        assertThat(options).hasSize(letter.charAt(0) - 'A');
        options.add(row.get(letter));
      }
    }
    assertThat(options).hasSizeBetween(2, 4);
    return options;
  }
}
