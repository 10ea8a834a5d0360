package io.prumerge.score.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.PythonNumber;
import io.prumerge.benchmark.TableAnswers;
import io.prumerge.source.TableRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A row of VLMEvalKit's table of predictions. */
final class VlmEvalKitRow {

  /** What {@code inference.py} puts in the place of an answer. */
  private static final String FAILURE = "Failed to obtain answer";

  private static final List<String> PICTURES =
      List.of("image_path", "image_source", "image_name", "video");

  private static final List<String> IDS =
      List.of("id", "question_id", "questionId", "pid", TableAnswers.INDEX);

  /**
   * Columns in which its evaluators put a row's score, in files that they made. Not {@code
   * eval_score}: for data sets whose measure is ANLS, and these alone, it is a distance.
   */
  private static final List<String> SCORES = List.of("hit", "score");

  private VlmEvalKitRow() {}

  static LogRow of(TableRecord row) {
    String index = row.text(TableAnswers.INDEX).orElseThrow(() -> row.error("'index' is empty"));
    LoggedText cell = answer(row.value(TableAnswers.PREDICTION));
    LoggedText said =
        cell.text().startsWith(FAILURE) ? LoggedText.failed(cell.text().strip()) : cell;
    GivenAnswer answer =
        new GivenAnswer(
                "",
                said.text(),
                Optional.empty(),
                Optional.empty(),
                row.text("answer"),
                row.where())
            .with(new AnswerFacts(said.failure(), OptionalInt.empty(), score(row)));
    return new LogRow(
        answer,
        said.text(),
        OptionalLong.empty(),
        IDS.stream()
            .flatMap(column -> row.text(column).stream())
            .map(TableAnswers::whole)
            .distinct()
            .toList(),
        PICTURES.stream().flatMap(column -> row.text(column).stream()).toList(),
        row.text("question"),
        row.text("category").stream()
            .flatMap(all -> Stream.of(all.split(",")))
            .map(String::strip)
            .toList());
  }

  /** Returns what a cell says, which may be no answer; an empty one says an empty text. */
  private static LoggedText answer(JsonNode value) {
    return value.isMissingNode() ? LoggedText.of("") : LoggedText.of(value);
  }

  private static OptionalDouble score(TableRecord row) {
    return SCORES.stream()
        .flatMap(column -> row.text(column).stream())
        .findFirst()
        .map(VlmEvalKitRow::share)
        .orElse(OptionalDouble.empty());
  }

  /** Returns a score that is a share of one; those of judges by other scales are not kept. */
  private static OptionalDouble share(String text) {
    return switch (text) {
      case "True" -> OptionalDouble.of(1);
      case "False" -> OptionalDouble.of(0);
      default -> PythonNumber.of(text).stream().filter(one -> one >= 0 && one <= 1).findFirst();
    };
  }
}
