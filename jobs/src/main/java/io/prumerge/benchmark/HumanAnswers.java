package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The ten answers of people that the VQA family gives with every question. */
final class HumanAnswers {

  private static final int ANNOTATORS = 10;

  private HumanAnswers() {}

  /**
   * The field {@code answers}: ten strings, or ten objects with a string {@code answer}.
   *
   * @return empty where the answers are withheld: no such field, or ten empty strings
   */
  static List<String> read(JsonLine line) {
    JsonNode field = line.object().path("answers");
    if (field.isMissingNode() || field.isNull()) {
      return List.of();
    }
    List<String> answers = new ArrayList<>();
    for (JsonNode element : field) {
      JsonNode answer = element.isObject() ? element.path("answer") : element;
      if (!answer.isTextual()) {
        throw line.error(
            "\"answers\" must hold strings or objects with a string \"answer\", one is " + element);
      }
      answers.add(answer.textValue());
    }
    if (answers.size() != ANNOTATORS) {
      throw line.error(
          "\"answers\" must be those of %d annotators, there are %d"
              .formatted(ANNOTATORS, answers.size()));
    }
    return answers.stream().allMatch(String::isEmpty) ? List.of() : answers;
  }
}
