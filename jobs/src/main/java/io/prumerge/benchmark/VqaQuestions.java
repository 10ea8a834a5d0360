package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.VqaAnnotations.Annotation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Joins VQAv2's questions, in either layout, with their annotations. */
final class VqaQuestions {

  /** Of questions that nobody annotated. */
  private static final String NO_TYPE = "default";

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  private final VqaFiles files;
  private final Optional<VqaAnnotations> annotations;
  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final DistinctIds ids = new DistinctIds("question_id");

  VqaQuestions(
      VqaFiles files,
      Optional<VqaAnnotations> annotations,
      PromptProfile prompts,
      Consumer<BenchmarkQuestion> sink) {
    this.files = files;
    this.annotations = annotations;
    this.prompts = prompts;
    this.sink = sink;
  }

  /** A line of LLaVA's file. */
  void llava(JsonLine line) {
    String text = line.text("text");
    String question = LlavaText.before(LlavaText.SHORT_ANSWER, text);
    accept(
        line,
        ImageName.checked(line.text("image"), line),
        LlavaText.prompt(prompts, VqaV2Benchmark.NAME, text, PromptParts.of(question)),
        question);
  }

  /** An element of the official file. */
  void official(JsonLine line) {
    JsonNode image = line.id("image_id");
    if (!image.isIntegralNumber()) {
      throw line.error("\"image_id\" must be an integer, it is " + image);
    }
    String question = line.text("question");
    accept(
        line,
        files.image(image.longValue()),
        prompts.prompt(VqaV2Benchmark.NAME, PromptParts.of(question)),
        question);
  }

  private void accept(JsonLine line, String image, String prompt, String question) {
    JsonNode id = line.id("question_id");
    ids.add(id.asText(), line);
    Optional<Annotation> annotation = annotations.map(all -> all.of(id.asText(), line));
    Map<String, String> extra = Map.of(BenchmarkQuestion.FILE_ID, id.toString());
    if (annotation.isPresent()) {
      extra =
          Map.of(
              BenchmarkQuestion.FILE_ID,
              id.toString(),
              BenchmarkQuestion.GROUPS,
              annotation.get().questionType());
    }
    sink.accept(
        new BenchmarkQuestion(
            id.asText(),
            Optional.of(new ImagePlace.InFolder(image)),
            prompt,
            question,
            annotation.map(Annotation::answerType).orElse(NO_TYPE),
            annotation.map(Annotation::answers).orElse(List.of()),
            List.of(),
            OptionalInt.of(MAX_NEW_TOKENS),
            extra));
  }

  /**
   * Checks after the last question that no annotation was left over.
   *
   * @throws DataException when the files do not belong together
   */
  void requireAllAsked() {
    if (annotations.isPresent() && annotations.get().size() != ids.size()) {
      throw new DataException(
          "%s annotates %d questions, the question file of %s has %d; give the two of one release"
              .formatted(
                  files.annotations().orElseThrow().getName(),
                  annotations.get().size(),
                  files.questions().split(),
                  ids.size()));
    }
  }
}
