package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The ten answers of people that the VQA family gives with every question. Where they are withheld
 * there is no such field, or all ten are empty; either reads as an empty list.
 */
final class HumanAnswers {

  private static final int ANNOTATORS = 10;

  private HumanAnswers() {}

  /** The field {@code answers}: ten strings, or ten objects with a string {@code answer}. */
  static List<String> read(JsonLine line) {
    JsonNode field = line.object().path("answers");
    List<String> answers = new ArrayList<>();
    for (JsonNode element : field) {
      JsonNode answer = element.isObject() ? element.path("answer") : element;
      if (!answer.isTextual()) {
        throw line.error(
            "\"answers\" must hold strings or objects with a string \"answer\", one is " + element);
      }
      answers.add(answer.textValue());
    }
    return field.isMissingNode() || field.isNull() ? List.of() : checked(answers, line::error);
  }

  /** The column {@code answers}, a list of strings. */
  static List<String> strings(HuggingFaceRow row) {
    List<String> answers = row.texts("answers");
    return answers.isEmpty() ? answers : checked(answers, row::error);
  }

  /** The column {@code answers}, a list of structs with a string {@code answer}. */
  static List<String> structs(HuggingFaceRow row) {
    List<String> answers =
        row.structs("answers").stream().map(answer -> answer.text("answer")).toList();
    return answers.isEmpty() ? answers : checked(answers, row::error);
  }

  private static List<String> checked(List<String> answers, Function<String, DataException> error) {
    if (answers.size() != ANNOTATORS) {
      throw error.apply(
          "\"answers\" must be those of %d annotators, there are %d"
              .formatted(ANNOTATORS, answers.size()));
    }
    return answers.stream().allMatch(String::isEmpty) ? List.of() : answers;
  }
}
