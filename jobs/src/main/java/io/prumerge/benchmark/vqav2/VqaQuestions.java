package io.prumerge.benchmark.vqav2;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.LlavaText;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqav2.VqaAnnotations.Annotation;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Converts VQAv2's questions, in any layout. */
final class VqaQuestions {

  /** Answer type of questions whose answers are withheld. */
  private static final String NO_TYPE = "default";

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  private final String split;
  private final Optional<VqaAnnotations> annotations;
  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private long count;

  /**
   * @param split as in the names of COCO's images
   * @param annotations for questions from files without them
   */
  VqaQuestions(
      String split,
      Optional<VqaAnnotations> annotations,
      PromptProfile prompts,
      Consumer<BenchmarkQuestion> sink) {
    this.split = split;
    this.annotations = annotations;
    this.prompts = prompts;
    this.sink = sink;
  }

  /** Number of questions read. */
  long count() {
    return count;
  }

  /** A line of LLaVA's file. */
  void llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    String question = LlavaText.question(VqaV2Benchmark.NAME, text);
    accept(
        id,
        new ImagePlace.InFolder(ImageName.checked(line.text("image"), line)),
        LlavaText.prompt(prompts, VqaV2Benchmark.NAME, text, PromptParts.of(question)),
        question,
        annotations.map(all -> all.of(id.asText(), line)));
  }

  /** An element of the official file. */
  void official(JsonLine line) {
    JsonNode id = line.id("question_id");
    JsonNode image = line.id("image_id");
    if (!image.isIntegralNumber()) {
      throw line.error("\"image_id\" must be an integer, it is " + image);
    }
    String question = line.text("question");
    accept(
        id,
        new ImagePlace.InFolder(VqaFiles.image(split, image.longValue())),
        prompts.prompt(VqaV2Benchmark.NAME, PromptParts.of(question)),
        question,
        annotations.map(all -> all.of(id.asText(), line)));
  }

  /** A row of the Hugging Face table. */
  void huggingFace(HuggingFaceRow row) {
    JsonNode id = row.id("question_id");
    String question = row.text("question");
    List<String> answers = HumanAnswers.structs(row);
    accept(
        id,
        row.place("image", VqaFiles.image(split, row.integer("image_id")), 0)
            .orElseThrow(() -> row.error("'image' is null")),
        prompts.prompt(VqaV2Benchmark.NAME, PromptParts.of(question)),
        question,
        answers.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Annotation.of(
                    row.text("question_type"), row.text("answer_type"), answers, row::error)));
  }

  private void accept(
      JsonNode id,
      ImagePlace image,
      String prompt,
      String question,
      Optional<Annotation> annotation) {
    count++;
    Map<String, String> extra = new HashMap<>();
    extra.put(BenchmarkQuestion.FILE_ID, id.toString());
    annotation.ifPresent(known -> extra.put(BenchmarkQuestion.GROUPS, known.questionType()));
    sink.accept(
        new BenchmarkQuestion(
            id.asText(),
            Optional.of(image),
            prompt,
            question,
            annotation.map(Annotation::answerType).orElse(NO_TYPE),
            annotation.map(Annotation::answers).orElse(List.of()),
            List.of(),
            OptionalInt.of(MAX_NEW_TOKENS),
            extra));
  }
}
