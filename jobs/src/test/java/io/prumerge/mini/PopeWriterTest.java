package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneObject;
import io.prumerge.mini.scene.Scenes;
import io.prumerge.mini.scene.Split;
import io.prumerge.mini.scene.Thing;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PopeWriterTest {

  private static final String SUFFIX = "\nAnswer the question using a single word or phrase.";
  private static final Map<String, Integer> OFFSETS =
      Map.of("adversarial", 0, "random", 10_000_000, "popular", 20_000_000);

  private static Generated generated;

  @BeforeAll
  static void write() throws IOException {
    generated = Generated.of(Split.TEST);
  }

  private static List<JsonNode> labels(String setting) throws IOException {
    return generated.jsonLines("pope/coco/coco_pope_%s.json".formatted(setting));
  }

  @Test
  void asksThreePresentAndThreeAbsentThingsOfEveryImage() throws IOException {
    for (String setting : OFFSETS.keySet()) {
      List<JsonNode> lines = labels(setting);
      assertThat(lines).hasSizeGreaterThan(60);
      assertThat(lines.stream().map(line -> line.get("question_id").intValue()))
          .isEqualTo(IntStream.rangeClosed(1, lines.size()).boxed().toList());
      for (int i = 0; i < lines.size(); i++) {
        JsonNode line = lines.get(i);
        assertThat(Generated.names(line)).containsExactly("question_id", "image", "text", "label");
        Scene scene = generated.scene("pope/val2014/" + line.get("image").textValue());
        assertThat(line.get("image").textValue())
            .isEqualTo("COCO_val2014_%012d.jpg".formatted(scene.index() + 1));
        assertThat(line.get("label").textValue())
            .isEqualTo(Oracle.answer(scene, line.get("text").textValue()))
            .isEqualTo(i % 2 == 0 ? "yes" : "no");
      }
      Map<String, List<JsonNode>> byImage =
          lines.stream().collect(Collectors.groupingBy(line -> line.get("image").textValue()));
      assertThat(byImage.values())
          .isNotEmpty()
          .allSatisfy(
              six ->
                  assertThat(six.stream().map(line -> line.get("text").textValue()))
                      .hasSize(6)
                      .doesNotHaveDuplicates());
    }
  }

  @Test
  void choosesPopularAndAdversarialThingsByCounting() throws IOException {
    List<Set<String>> contents =
        Scenes.first(Generated.IMAGES, 11, Split.TEST).stream()
            .map(
                scene ->
                    scene.objects().stream()
                        .map(SceneObject::displayName)
                        .collect(Collectors.toSet()))
            .toList();
    for (JsonNode line : labels("popular")) {
      long least =
          absent(line).stream()
              .map(thing -> contents.stream().filter(set -> set.contains(thing)).count())
              .sorted(Comparator.reverseOrder())
              .skip(2)
              .findFirst()
              .orElseThrow();
      if (line.get("label").textValue().equals("no")) {
        assertThat(contents.stream().filter(set -> set.contains(thing(line))).count())
            .isGreaterThanOrEqualTo(least);
      }
    }
    for (JsonNode line : labels("adversarial")) {
      Set<String> present = present(line);
      long least =
          absent(line).stream()
              .map(thing -> together(contents, thing, present))
              .sorted(Comparator.reverseOrder())
              .skip(2)
              .findFirst()
              .orElseThrow();
      if (line.get("label").textValue().equals("no")) {
        assertThat(together(contents, thing(line), present)).isGreaterThanOrEqualTo(least);
      }
    }
  }

  private static long together(List<Set<String>> contents, String thing, Set<String> present) {
    return present.stream()
        .mapToLong(
            other ->
                contents.stream().filter(set -> set.contains(thing) && set.contains(other)).count())
        .sum();
  }

  private static String thing(JsonNode line) {
    return line.get("text").textValue().replaceAll("Is there an? (.*) in the image\\?", "$1");
  }

  private static Set<String> present(JsonNode line) {
    return generated.scene("pope/val2014/" + line.get("image").textValue()).objects().stream()
        .map(SceneObject::displayName)
        .collect(Collectors.toSet());
  }

  private static List<String> absent(JsonNode line) {
    Set<String> present = present(line);
    return Thing.ALL.stream()
        .map(Thing::displayName)
        .filter(one -> !present.contains(one))
        .toList();
  }

  @Test
  void llavasQuestionsAreTheOfficialOnesWithItsSuffix() throws IOException {
    Map<String, Map<Integer, JsonNode>> official = new TreeMap<>();
    for (String setting : OFFSETS.keySet()) {
      official.put(
          setting,
          labels(setting).stream()
              .collect(Collectors.toMap(line -> line.get("question_id").intValue(), one -> one)));
    }
    List<JsonNode> lines = generated.jsonLines("pope/llava_pope_test.jsonl");
    for (JsonNode line : lines) {
      assertThat(Generated.names(line)).containsExactly("question_id", "image", "text", "category");
      String setting = line.get("category").textValue();
      int id = line.get("question_id").intValue() - OFFSETS.get(setting);
      JsonNode label = official.get(setting).remove(id);
      assertThat(line.get("image")).isEqualTo(label.get("image"));
      assertThat(line.get("text").textValue()).isEqualTo(label.get("text").textValue() + SUFFIX);
    }
    assertThat(official.values()).allMatch(Map::isEmpty);
    assertThat(generated.tally("pope"))
        .isEqualTo(new WrittenCounts(lines.size() / 18, lines.size()));
  }
}
