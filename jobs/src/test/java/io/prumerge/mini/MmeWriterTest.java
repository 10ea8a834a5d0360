package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MmeWriterTest {

  private static final String RELEASE = "mme/MME_Benchmark_release_version/";
  private static final String PLEASE = " Please answer yes or no.";
  private static final Set<String> TASKS =
      Set.of(
          "existence",
          "count",
          "position",
          "color",
          "scene",
          "OCR",
          "commonsense_reasoning",
          "numerical_calculation");

  private static Generated generated;

  @BeforeAll
  static void write() throws IOException {
    generated = Generated.of(Split.TEST);
  }

  @Test
  void everyTaskIsLaidOutAsInTheOfficialRelease() throws IOException {
    try (Stream<Path> tasks = Files.list(generated.path(RELEASE))) {
      assertThat(tasks.map(task -> task.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(TASKS);
    }
    List<String> asked = new ArrayList<>();
    for (String task : TASKS) {
      String images = task.equals("scene") ? "scene/images/" : task + "/";
      String texts = task.equals("scene") ? "scene/questions_answers_YN/" : task + "/";
      List<String> truths = generated.lines("mme/eval_tool/Your_Results/" + task + ".txt");
      assertThat(truths).hasSizeBetween(16, 24);
      for (int i = 0; i < truths.size(); i += 2) {
        String image = truths.get(i).split("\t")[0];
        Scene scene = generated.scene(RELEASE + images + image);
        List<String> pair = generated.lines(RELEASE + texts + image.replace(".png", ".txt"));
        assertThat(pair).hasSize(2);
        for (int k = 0; k < 2; k++) {
          assertThat(truths.get(i + k)).isEqualTo(image + "\t" + pair.get(k));
          String[] cells = pair.get(k).split("\t", -1);
          assertThat(cells).hasSize(2);
          assertThat(cells[0]).endsWith("?" + PLEASE);
          assertThat(cells[1]).isEqualTo(k == 0 ? "Yes" : "No");
          String bare = cells[0].replace(PLEASE, "");
          assertThat(Oracle.answer(scene, bare)).isEqualToIgnoringCase(cells[1]);
          asked.add(images + image + bare);
        }
      }
    }
    assertThat(asked).doesNotHaveDuplicates();
    assertThat(generated.tally("mme")).isEqualTo(new WrittenCounts(asked.size() / 2, asked.size()));
    List<String> llava = new ArrayList<>();
    for (JsonNode line : generated.jsonLines("mme/llava_mme.jsonl")) {
      assertThat(Generated.names(line)).containsExactly("question_id", "image", "text", "category");
      assertThat(line.get("question_id")).isEqualTo(line.get("image"));
      assertThat(line.get("image").textValue()).startsWith(line.get("category").textValue() + "/");
      String suffix = "\nAnswer the question using a single word or phrase.";
      assertThat(line.get("text").textValue()).endsWith(suffix);
      llava.add(line.get("image").textValue() + line.get("text").textValue().replace(suffix, ""));
    }
    assertThat(llava).containsExactlyInAnyOrderElementsOf(asked);
  }

  @Test
  void thePairsOfLlavasFileAreNeighbours() throws IOException {
    List<JsonNode> lines = generated.jsonLines("mme/llava_mme.jsonl");
    for (int i = 0; i < lines.size(); i += 2) {
      assertThat(lines.get(i).get("image")).isEqualTo(lines.get(i + 1).get("image"));
    }
  }
}
