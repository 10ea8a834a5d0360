package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Turns VizWiz's questions, in either layout, into ours. */
final class VizWizQuestions {

  /** Key in {@link BenchmarkQuestion#extra()} of the image's number, which names the question. */
  static final String NUMBER = "number";

  /** What LLaVA-1.5 adds to VizWiz's questions. */
  private static final String SUFFIX =
      "\nWhen the provided information is insufficient, respond with 'Unanswerable'."
          + LlavaText.SHORT_ANSWER;

  private static final String NO_TYPE = "default";

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final DistinctIds numbers = new DistinctIds("image");

  VizWizQuestions(PromptProfile prompts, Consumer<BenchmarkQuestion> sink) {
    this.prompts = prompts;
    this.sink = sink;
  }

  /** A line of LLaVA's file, whose answers are withheld. */
  void llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String image = ImageName.checked(line.text("image"), line);
    if (!VizWizImage.number(image, line).equals(id.asText())) {
      throw line.error(
          "question_id %s is not the number of image %s".formatted(id.asText(), image));
    }
    String text = line.text("text");
    String question = LlavaText.before(SUFFIX, text);
    PromptParts parts = PromptParts.of(question);
    accept(line, id, image, LlavaText.prompt(prompts, VizWizBenchmark.NAME, text, parts), question);
  }

  /** An element of the official file, which LLaVA asks in sentence case. */
  void official(JsonLine line) {
    String image = ImageName.checked(line.text("image"), line);
    String question = line.text("question");
    PromptParts parts = PromptParts.of(PythonText.capitalize(question));
    accept(line, new TextNode(image), image, prompts.prompt(VizWizBenchmark.NAME, parts), question);
  }

  private void accept(JsonLine line, JsonNode id, String image, String prompt, String question) {
    String number = VizWizImage.number(image, line);
    numbers.add(number, line);
    sink.accept(
        new BenchmarkQuestion(
            id.asText(),
            Optional.of(new ImagePlace.InFolder(image)),
            prompt,
            question,
            line.optionalText("answer_type").orElse(NO_TYPE),
            HumanAnswers.read(line),
            List.of(),
            OptionalInt.of(MAX_NEW_TOKENS),
            Map.of(BenchmarkQuestion.FILE_ID, id.toString(), NUMBER, number)));
  }
}
