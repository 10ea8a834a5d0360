package io.prumerge.score.log;

import io.prumerge.benchmark.GivenAnswer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One row of a log.
 *
 * @param answer without a key: the text as the model gave it, the prompt as asked, and the right
 *     answer as the tool has it
 * @param filtered the text that the tool itself scores
 * @param position of the question in the split that the tool has read, from 0
 * @param ids what the row has that may be its question's id
 * @param pictures names of the question's pictures, as far as the row has them
 * @param question the question alone, if the row has it apart from the prompt
 * @param categories those of the question, of which one row may have several
 */
record LogRow(
    GivenAnswer answer,
    String filtered,
    OptionalLong position,
    List<String> ids,
    List<String> pictures,
    Optional<String> question,
    List<String> categories) {

  LogRow {
    ids = List.copyOf(ids);
    pictures = List.copyOf(pictures);
    question = question.filter(text -> !text.isBlank());
    categories = List.copyOf(categories);
  }

  /** Returns where the row stands. */
  String where() {
    return answer.where();
  }

  /** Returns this row as one of another place. */
  LogRow at(String place) {
    return new LogRow(answer.at(place), filtered, position, ids, pictures, question, categories);
  }

  /** Returns what names the row's question in messages. */
  String called() {
    return position.isPresent()
        ? "doc_id " + position.getAsLong()
        : ids.stream().findFirst().map(id -> "'" + id + "'").orElse("a row without an id");
  }

  /** Returns what the row asks, as far as it says so. */
  Optional<String> asks() {
    return answer.prompt().or(() -> question);
  }
}
