package io.prumerge.benchmark.pope;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Converts POPE's questions, in any layout. */
final class PopeQuestions {

  /** Columns of the Hugging Face tables, in addition to the images. */
  static final Set<String> COLUMNS =
      Set.of("question_id", "question", "answer", "image_source", "category", "image");

  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final Map<String, Integer> positions = new HashMap<>();

  PopeQuestions(PromptProfile prompts, Consumer<BenchmarkQuestion> sink) {
    this.prompts = prompts;
    this.sink = sink;
  }

  /** Adds the question in a line of LLaVA's file, whose ids are unique over all settings. */
  void llava(JsonLine line, PopeLabels labels) {
    JsonNode id = line.id("question_id");
    String image = ImageName.checked(line.text("image"), line);
    String setting = line.text("category");
    String text = line.text("text");
    String question = PromptProfile.question(PopeBenchmark.NAME, text);
    sink.accept(
        BenchmarkQuestion.of(
            id,
            Optional.of(new ImagePlace.InFolder(image)),
            prompts.prompt(PopeBenchmark.NAME, PromptParts.of(question), text),
            question,
            setting,
            List.of(labels.label(setting, image, question, line)),
            BenchmarkQuestion.SHORT_ANSWER));
  }

  /** Adds the question in a line of an official label file. */
  void official(String setting, JsonLine line) {
    String image = ImageName.checked(line.text("image"), line);
    accept(
        setting,
        line.number(),
        line.id("question_id"),
        Optional.of(new ImagePlace.InFolder(image)),
        line.text("text"),
        PopeLabels.label(line));
  }

  /** Adds the question in a row of the Hugging Face table; many rows have the same image. */
  void hub(HuggingFaceRow row) {
    String setting = row.text("category");
    if (!PopeLabels.SETTINGS.contains(setting)) {
      throw row.error(PopeLabels.unknown(setting));
    }
    int position = positions.merge(setting, 1, Integer::sum);
    String label = row.text("answer");
    if (!PopeLabels.LABELS.contains(label)) {
      throw row.error("\"answer\" must be yes or no, it is '" + label + "'");
    }
    accept(
        setting,
        position,
        row.id("question_id"),
        row.place("image", row.text("image_source"), 0),
        row.text("question"),
        label);
  }

  /**
   * Accepts a question. Official ids start again in every setting.
   *
   * @param position in the setting, from 1, which rows that are left out have too
   */
  private void accept(
      String setting,
      int position,
      JsonNode id,
      Optional<ImagePlace> image,
      String question,
      String label) {
    sink.accept(
        BenchmarkQuestion.of(
                id,
                image,
                prompts.prompt(PopeBenchmark.NAME, PromptParts.of(question)),
                question,
                setting,
                List.of(label),
                BenchmarkQuestion.SHORT_ANSWER)
            .withId(setting + "/" + position)
            .with(PopeBenchmark.KEY, PopeAnswerKey.of(setting, position, question).text()));
  }
}
