package io.prumerge.benchmark.pope;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaText;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Converts POPE's questions, in any layout. */
final class PopeQuestions {

  /** Columns of the Hugging Face tables, beside the images. */
  static final Set<String> COLUMNS =
      Set.of("question_id", "question", "answer", "image_source", "category", "image");

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final Map<String, Integer> positions = new HashMap<>();

  PopeQuestions(PromptProfile prompts, Consumer<BenchmarkQuestion> sink) {
    this.prompts = prompts;
    this.sink = sink;
  }

  /** A line of LLaVA's file, whose ids are unique over all settings. */
  void llava(JsonLine line, PopeLabels labels) {
    JsonNode id = line.id("question_id");
    String image = ImageName.checked(line.text("image"), line);
    String setting = line.text("category");
    String text = line.text("text");
    String question = LlavaText.question(PopeBenchmark.NAME, text);
    sink.accept(
        new BenchmarkQuestion(
            id.asText(),
            Optional.of(new ImagePlace.InFolder(image)),
            LlavaText.prompt(prompts, PopeBenchmark.NAME, text, PromptParts.of(question)),
            question,
            setting,
            List.of(labels.label(setting, image, question, line)),
            List.of(),
            OptionalInt.of(MAX_NEW_TOKENS),
            Map.of(BenchmarkQuestion.FILE_ID, id.toString())));
  }

  /** A line of an official label file. */
  void official(String setting, JsonLine line) {
    String image = ImageName.checked(line.text("image"), line);
    accept(
        setting,
        line.id("question_id"),
        Optional.of(new ImagePlace.InFolder(image)),
        line.text("text"),
        PopeLabels.label(line));
  }

  /** A row of the Hugging Face table; many rows have the same image. */
  void hub(HuggingFaceRow row) {
    String setting = row.text("category");
    String label = row.text("answer");
    if (!PopeLabels.SETTINGS.contains(setting)) {
      throw row.error(PopeLabels.unknown(setting));
    }
    if (!PopeLabels.LABELS.contains(label)) {
      throw row.error("\"answer\" must be yes or no, it is '" + label + "'");
    }
    accept(
        setting,
        row.id("question_id"),
        row.place("image", row.text("image_source"), 0),
        row.text("question"),
        label);
  }

  /** Accepts a question. Official ids start again in every setting. */
  private void accept(
      String setting, JsonNode id, Optional<ImagePlace> image, String question, String label) {
    int position = positions.merge(setting, 1, Integer::sum);
    sink.accept(
        new BenchmarkQuestion(
            setting + "/" + position,
            image,
            prompts.prompt(PopeBenchmark.NAME, PromptParts.of(question)),
            question,
            setting,
            List.of(label),
            List.of(),
            OptionalInt.of(MAX_NEW_TOKENS),
            Map.of(
                BenchmarkQuestion.FILE_ID,
                id.toString(),
                PopeBenchmark.KEY,
                PopeKey.of(setting, position, question).text())));
  }
}
