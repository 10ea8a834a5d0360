package io.prumerge.benchmark.gqa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaText;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.gqa.GqaAnnotations.Annotation;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Converts GQA's questions, in any layout. */
final class GqaQuestions {

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  private final PromptProfile prompts;
  private final Optional<GqaAnnotations> annotations;
  private final Consumer<BenchmarkQuestion> sink;

  /**
   * @param annotations for LLaVA's questions, whose file has none
   */
  GqaQuestions(
      PromptProfile prompts,
      Optional<GqaAnnotations> annotations,
      Consumer<BenchmarkQuestion> sink) {
    this.prompts = prompts;
    this.annotations = annotations;
    this.sink = sink;
  }

  /** A line of LLaVA's file. */
  void llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    String question = LlavaText.question(GqaBenchmark.NAME, text);
    accept(
        id,
        new ImagePlace.InFolder(ImageName.checked(line.text("image"), line)),
        LlavaText.prompt(prompts, GqaBenchmark.NAME, text, PromptParts.of(question)),
        question,
        annotations.map(all -> all.of(id.asText(), line)).orElse(Annotation.NONE));
  }

  /** A field of the official file. */
  void official(String id, JsonLine line) {
    String question = line.text("question");
    accept(
        new TextNode(id),
        new ImagePlace.InFolder(ImageName.checked(line.text("imageId") + ".jpg", line)),
        prompts.prompt(GqaBenchmark.NAME, PromptParts.of(question)),
        question,
        Annotation.of(line));
  }

  /**
   * A row of the Hugging Face table of questions.
   *
   * @param images locations of the images, by id
   */
  void huggingFace(HuggingFaceRow row, Map<String, ImagePlace> images) {
    JsonNode id = row.id("id");
    String image = row.text("imageId");
    if (!images.containsKey(image)) {
      throw row.error(String.format(Locale.ROOT, "image %s is not in the table of images", image));
    }
    String question = row.text("question");
    accept(
        id,
        images.get(image),
        prompts.prompt(GqaBenchmark.NAME, PromptParts.of(question)),
        question,
        Annotation.of(row));
  }

  private void accept(
      JsonNode id, ImagePlace image, String prompt, String question, Annotation annotation) {
    Map<String, String> extra = new HashMap<>();
    extra.put(BenchmarkQuestion.FILE_ID, id.toString());
    if (!annotation.types().isEmpty()) {
      extra.put(BenchmarkQuestion.GROUPS, String.join("\n", annotation.types()));
    }
    sink.accept(
        new BenchmarkQuestion(
            id.asText(),
            Optional.of(image),
            prompt,
            question,
            annotation.form(),
            annotation.answers(),
            List.of(),
            OptionalInt.of(MAX_NEW_TOKENS),
            extra));
  }
}
