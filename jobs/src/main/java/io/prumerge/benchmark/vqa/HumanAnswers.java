package io.prumerge.benchmark.vqa;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.JsonLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The ten human answers to every question of the VQA family. If they are withheld, the field is
 * absent or all ten are empty; both give an empty list.
 */
public final class HumanAnswers {

  private static final int ANNOTATORS = 10;

  private HumanAnswers() {}

  /**
   * Returns the field {@code answers}: ten strings, or ten objects with a string {@code answer}.
   */
  public static List<String> read(JsonLine line) {
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

  /** Returns the column {@code answers}, a list of strings. */
  public static List<String> strings(HuggingFaceRow row) {
    List<String> answers = row.texts("answers");
    return answers.isEmpty() ? answers : checked(answers, row::error);
  }

  /** Returns the column {@code answers}, a list of structs with a string {@code answer}. */
  public static List<String> structs(HuggingFaceRow row) {
    List<String> answers =
        row.structs("answers").stream().map(answer -> answer.text("answer")).toList();
    return answers.isEmpty() ? answers : checked(answers, row::error);
  }

  private static List<String> checked(List<String> answers, Function<String, DataException> error) {
    if (answers.size() != ANNOTATORS) {
      throw error.apply(
          Text.format(
              "\"answers\" must be those of %d annotators, there are %d",
              ANNOTATORS, answers.size()));
    }
    return answers.stream().allMatch(String::isEmpty) ? List.of() : answers;
  }

  /**
   * Returns the most frequent answer, which represents all of them in tables; of several, the
   * first.
   */
  public static Optional<String> mostFrequent(List<String> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return answers.stream().filter(answer -> counts.get(answer) == most).findFirst();
  }
}
