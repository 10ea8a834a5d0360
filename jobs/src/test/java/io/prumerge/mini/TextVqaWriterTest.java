package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextVqaWriterTest {

  @ParameterizedTest
  @EnumSource(Split.class)
  void writesAnnotationsReadingsAndPrompts(Split split) throws IOException {
    Generated generated = Generated.of(split);
    String set = split == Split.TEST ? "val" : "train";
    JsonNode annotations = generated.json("textvqa/TextVQA_0.5.1_%s.json".formatted(set));
    assertThat(Generated.names(annotations))
        .containsExactly("dataset_type", "dataset_name", "dataset_version", "data");
    Map<String, List<String>> tokens = new HashMap<>();
    for (JsonNode one :
        generated.json("textvqa/TextVQA_Rosetta_OCR_v0.2_%s.json".formatted(set)).get("data")) {
      assertThat(one.get("ocr_info")).hasSameSizeAs(one.get("ocr_tokens"));
      assertThat(
              tokens.put(one.get("image_id").textValue(), Generated.texts(one.get("ocr_tokens"))))
          .isNull();
    }
    List<JsonNode> llava =
        generated.jsonLines("textvqa/llava_textvqa_%s_v051_ocr.jsonl".formatted(set));
    JsonNode data = annotations.get("data");
    assertThat(llava).hasSameSizeAs(data);
    assertThat(generated.tally("textvqa")).isEqualTo(new WrittenCounts(tokens.size(), data.size()));
    Set<String> keys = new HashSet<>();
    int right = 0;
    for (int i = 0; i < data.size(); i++) {
      JsonNode one = data.get(i);
      String id = one.get("image_id").textValue();
      assertThat(id).matches("[0-9a-f]{16}");
      Scene scene = generated.scene("textvqa/train_images/%s.jpg".formatted(id));
      String question = one.get("question").textValue();
      assertThat(keys.add(id + question.toLowerCase(Locale.ROOT))).as("key is unique").isTrue();
      assertThat(one.get("question_id").intValue()).isEqualTo(i + 1);
      assertThat(one.get("set_name").textValue()).isEqualTo(set);
      assertThat(one.get("image_width").intValue()).isEqualTo(168);
      List<String> answers = Generated.texts(one.get("answers"));
      String gold = Oracle.answer(scene, question);
      assertThat(answers).hasSize(10);
      assertThat(Collections.frequency(answers, gold)).isGreaterThanOrEqualTo(7);
      assertThat(gold).isNotIn("A", "AN", "THE");
      assertThat(llava.get(i).get("question_id").textValue()).isEqualTo(id);
      assertThat(llava.get(i).get("image").textValue()).isEqualTo(id + ".jpg");
      assertThat(llava.get(i).get("text").textValue())
          .isEqualTo(
              question
                  + "\nReference OCR token: "
                  + String.join(", ", tokens.get(id))
                  + "\nAnswer the question using a single word or phrase.");
      assertThat(question.substring(1)).isEqualTo(question.substring(1).toLowerCase(Locale.ROOT));
      right += tokens.get(id).contains(scene.word().orElseThrow().text()) ? 1 : 0;
    }
    assertThat(tokens.values()).as("some nothing was found in").anyMatch(List::isEmpty);
    assertThat(right).as("answers to copy").isLessThan(data.size() / 3);
  }
}
