package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VqaWriterTest {

  @ParameterizedTest
  @EnumSource(Split.class)
  void writesQuestionsAnnotationsAndImages(Split split) throws IOException {
    Generated generated = Generated.of(split);
    String images = split == Split.TEST ? "val2014" : "train2014";
    JsonNode questions =
        generated.json("vqav2/v2_OpenEnded_mscoco_%s_questions.json".formatted(images));
    JsonNode annotations = generated.json("vqav2/v2_mscoco_%s_annotations.json".formatted(images));
    List<JsonNode> llava =
        generated.jsonLines("vqav2/llava_vqav2_mscoco_%s.jsonl".formatted(images));
    assertThat(Generated.names(questions))
        .containsExactlyInAnyOrder(
            "info", "task_type", "data_type", "data_subtype", "license", "questions");
    assertThat(Generated.names(annotations))
        .containsExactlyInAnyOrder("info", "data_type", "data_subtype", "license", "annotations");
    assertThat(questions.get("questions")).hasSize(Generated.IMAGES);
    assertThat(annotations.get("annotations")).hasSize(Generated.IMAGES);
    assertThat(llava).hasSize(Generated.IMAGES);
    assertThat(generated.tally("vqav2"))
        .isEqualTo(new WrittenCounts(Generated.IMAGES, Generated.IMAGES));
    for (int i = 0; i < Generated.IMAGES; i++) {
      JsonNode question = questions.get("questions").get(i);
      JsonNode annotation = annotations.get("annotations").get(i);
      int image = question.get("image_id").intValue();
      String name = "COCO_%s_%012d.jpg".formatted(images, image);
      Scene scene = generated.scene("vqav2/%s/%s".formatted(images, name));
      assertThat(question.get("question_id").longValue()).isEqualTo(image * 1000L);
      assertThat(annotation.get("question_id")).isEqualTo(question.get("question_id"));
      assertThat(annotation.get("image_id")).isEqualTo(question.get("image_id"));
      String text = question.get("question").textValue();
      String gold = annotation.get("multiple_choice_answer").textValue();
      assertThat(gold).isEqualTo(Oracle.answer(scene, text));
      assertThat(text.toLowerCase(Locale.ROOT))
          .startsWith(annotation.get("question_type").textValue());
      assertThat(annotation.get("answer_type").textValue())
          .isEqualTo(gold.matches("yes|no") ? "yes/no" : gold.matches("\\d+") ? "number" : "other");
      annotators(annotation.get("answers"), gold);
      assertThat(llava.get(i).toString())
          .isEqualTo(
              "{\"question_id\":%d,\"image\":\"%s\",\"text\":\"%s\\nAnswer the question using a single word or phrase.\",\"category\":\"default\"}"
                  .formatted(image * 1000L, name, text));
    }
  }

  private static void annotators(JsonNode answers, String gold) {
    assertThat(answers).hasSize(10);
    int agree = 0;
    for (int i = 0; i < 10; i++) {
      JsonNode answer = answers.get(i);
      assertThat(Generated.names(answer))
          .containsExactlyInAnyOrder("answer", "answer_confidence", "answer_id");
      assertThat(answer.get("answer_id").intValue()).isEqualTo(i + 1);
      assertThat(answer.get("answer_confidence").textValue()).isIn("yes", "maybe", "no");
      assertThat(answer.get("answer").textValue()).isNotEmpty();
      agree += answer.get("answer").textValue().equals(gold) ? 1 : 0;
    }
    assertThat(agree).isGreaterThanOrEqualTo(7);
  }

  @Test
  void peopleMostlyAgree() throws IOException {
    Generated generated = Generated.of(Split.TEST, 400);
    long unanimous = 0;
    for (JsonNode one :
        generated.json("vqav2/v2_mscoco_val2014_annotations.json").get("annotations")) {
      unanimous +=
          one.get("answers").findValuesAsText("answer").stream().distinct().count() == 1 ? 1 : 0;
    }
    assertThat(unanimous).isBetween(240L, 320L);
  }
}
