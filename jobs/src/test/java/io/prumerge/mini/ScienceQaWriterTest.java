package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScienceQaWriterTest {

  /** With those that have no picture. */
  private static final int ALL = Generated.IMAGES + Generated.IMAGES / 8;

  @ParameterizedTest
  @EnumSource(Split.class)
  void writesProblemsSplitsAndConversations(Split split) throws IOException {
    Generated generated = Generated.of(split);
    String name = split.displayName();
    JsonNode problems = generated.json("scienceqa/problems.json");
    JsonNode splits = generated.json("scienceqa/pid_splits.json");
    JsonNode conversations = generated.json("scienceqa/llava_%s_CQM-A.json".formatted(name));
    List<String> pids = Generated.names(problems);
    assertThat(Generated.names(splits))
        .containsExactly("train", "val", "test", "trainval", "minitrain", "minival", "minitest");
    assertThat(Generated.texts(splits.get(name))).isEqualTo(pids);
    assertThat(splits.get("val")).isEmpty();
    assertThat(Generated.texts(splits.get("mini" + name))).hasSize((ALL + 9) / 10).isSubsetOf(pids);
    assertThat(pids).hasSize(ALL);
    assertThat(conversations).hasSize(pids.size());
    assertThat(generated.tally("scienceqa")).isEqualTo(new WrittenCounts(Generated.IMAGES, ALL));
    Set<Integer> lengths = new TreeSet<>();
    for (int i = 0; i < pids.size(); i++) {
      JsonNode problem = problems.get(pids.get(i));
      assertThat(Generated.names(problem))
          .containsExactly(
              "question",
              "choices",
              "answer",
              "hint",
              "image",
              "task",
              "grade",
              "subject",
              "topic",
              "category",
              "skill",
              "lecture",
              "solution",
              "split");
      assertThat(problem.get("grade").textValue()).matches("grade([1-9]|1[0-2])");
      assertThat(problem.get("subject").textValue())
          .isIn("natural science", "social science", "language science");
      assertThat(problem.get("split").textValue()).isEqualTo(name);
      List<String> choices = Generated.texts(problem.get("choices"));
      assertThat(choices).hasSizeBetween(2, 5).doesNotHaveDuplicates();
      lengths.add(choices.size());
      String gold = choices.get(problem.get("answer").intValue());
      String question = problem.get("question").textValue();
      String image = "scienceqa/images/%s/%s/image.png".formatted(name, pids.get(i));
      boolean seen = !problem.get("image").isNull();
      assertThat(Files.exists(generated.path(image))).isEqualTo(seen);
      assertThat(gold)
          .isEqualTo(
              seen
                  ? Oracle.choice(generated.scene(image), question, choices)
                  : Oracle.lookUp(question, choices));
      conversation(conversations.get(i), pids.get(i), problem, choices);
    }
    assertThat(lengths).containsExactly(2, 3, 4, 5);
  }

  private static void conversation(
      JsonNode one, String pid, JsonNode problem, List<String> choices) {
    boolean seen = !problem.get("image").isNull();
    assertThat(Generated.names(one))
        .isEqualTo(seen ? List.of("id", "image", "conversations") : List.of("id", "conversations"));
    assertThat(one.get("id").textValue()).isEqualTo(pid);
    if (seen) {
      assertThat(one.get("image").textValue()).isEqualTo(pid + "/image.png");
    }
    List<String> lines = new ArrayList<>();
    if (seen) {
      lines.add("<image>");
    }
    if (!problem.get("hint").textValue().isEmpty()) {
      lines.add("Context: " + problem.get("hint").textValue());
    }
    lines.add(problem.get("question").textValue());
    for (int k = 0; k < choices.size(); k++) {
      lines.add("ABCDE".charAt(k) + ". " + choices.get(k));
    }
    JsonNode turns = one.get("conversations");
    assertThat(turns).hasSize(2);
    assertThat(turns.get(0).get("from").textValue()).isEqualTo("human");
    assertThat(turns.get(0).get("value").textValue()).isEqualTo(String.join("\n", lines));
    assertThat(turns.get(1).get("from").textValue()).isEqualTo("gpt");
    assertThat(turns.get(1).get("value").textValue())
        .isEqualTo("" + "ABCDE".charAt(problem.get("answer").intValue()));
  }
}
