package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrainingWriterTest {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";
  private static final String LETTER =
      "\nAnswer with the option's letter from the given choices directly.";

  private static Generated generated;

  @BeforeAll
  static void write() throws IOException {
    generated = Generated.of(Split.TRAIN);
  }

  @Test
  void everyRecordIsTrueOfItsPicture() throws IOException {
    Set<String> ids = new HashSet<>();
    Set<String> families = new TreeSet<>();
    for (JsonNode one : generated.json("train.json")) {
      String kind = one.get("kind").textValue();
      boolean seen = one.has("image");
      assertThat(Generated.names(one))
          .isEqualTo(
              seen
                  ? List.of("id", "image", "kind", "conversations")
                  : List.of("id", "kind", "conversations"));
      assertThat(seen).isEqualTo(!kind.startsWith("lookup/"));
      assertThat(ids.add(one.get("id").textValue())).isTrue();
      JsonNode turns = one.get("conversations");
      assertThat(turns).hasSize(2);
      assertThat(turns.get(0).get("from").textValue()).isEqualTo("human");
      assertThat(turns.get(1).get("from").textValue()).isEqualTo("gpt");
      String human = turns.get(0).get("value").textValue();
      String gpt = turns.get(1).get("value").textValue();
      String[] family = kind.split("/");
      families.add(family[0]);
      if (!seen) {
        check(family, human, gpt, null);
        continue;
      }
      Scene scene = generated.scene(one.get("image").textValue());
      assertThat(one.get("id").textValue()).startsWith(scene.id() + "-");
      assertThat(human).startsWith("<image>\n");
      check(family, human.substring("<image>\n".length()), gpt, scene);
    }
    assertThat(families)
        .containsExactly(
            "caption", "lookup", "mmbench", "open", "scienceqa", "textvqa", "word", "yesno");
    assertThat(generated.tally("train.json"))
        .isEqualTo(new WrittenCounts(Generated.IMAGES, ids.size()));
    assertThat(ids.size()).as("many questions per image").isGreaterThan(20 * Generated.IMAGES);
  }

  private static void check(String[] family, String prompt, String answer, Scene scene) {
    switch (family[0]) {
      case "caption" -> {
        assertThat(prompt).isEqualTo("Describe the image.");
        assertThat(answer).isEqualTo(scene.caption());
      }
      case "open", "yesno", "word" -> {
        assertThat(prompt).endsWith(SHORT);
        assertThat(answer).isEqualTo(Oracle.answer(scene, prompt.replace(SHORT, "")));
      }
      case "textvqa" -> {
        String[] lines = prompt.split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[1]).startsWith("Reference OCR token: ");
        assertThat(answer).isEqualTo(Oracle.answer(scene, lines[0]));
      }
      default -> choice(family, prompt, answer, scene);
    }
  }

  private static void choice(String[] family, String prompt, String answer, Scene scene) {
    assertThat(prompt).endsWith(LETTER);
    List<String> lines = new ArrayList<>(Arrays.asList(prompt.replace(LETTER, "").split("\n")));
    int options = Integer.parseInt(family[1]);
    List<String> texts = new ArrayList<>();
    for (String line : lines.subList(lines.size() - options, lines.size())) {
      assertThat(line).startsWith("ABCDE".charAt(texts.size()) + ". ");
      texts.add(line.substring(3));
    }
    String question = lines.get(lines.size() - options - 1);
    if (lines.size() - options == 2) {
      assertThat(lines.get(0).startsWith("Context: ")).isEqualTo(family[0].equals("scienceqa"));
    }
    assertThat(texts.get("ABCDE".indexOf(answer)))
        .isEqualTo(
            scene == null ? Oracle.lookUp(question, texts) : Oracle.choice(scene, question, texts));
  }

  @Test
  void everyRecordStandsOnALineOfItsOwn() throws IOException {
    List<String> lines = generated.lines("train.json");

    assertThat(lines.get(0)).isEqualTo("[");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("]");
    assertThat(lines.subList(1, lines.size() - 1)).allMatch(line -> line.startsWith("{\"id\":"));
  }
}
