package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Turns TextVQA's questions, in either layout, into ours. */
final class TextVqaQuestions {

  /** Key in {@link BenchmarkQuestion#extra()} of the image's id, which answer files give. */
  static final String IMAGE = "image_id";

  private static final String CATEGORY = "default";

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  private final Optional<TextVqaAnswers> answers;
  private final Optional<TextVqaTokens> tokens;
  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final QuestionIds imageIds = new QuestionIds();
  private final DistinctIds questionIds = new DistinctIds("question_id");

  /**
   * @param answers for LLaVA's questions, which come without
   * @param tokens for the official questions, which come without
   */
  TextVqaQuestions(
      Optional<TextVqaAnswers> answers,
      Optional<TextVqaTokens> tokens,
      PromptProfile prompts,
      Consumer<BenchmarkQuestion> sink) {
    this.answers = answers;
    this.tokens = tokens;
    this.prompts = prompts;
    this.sink = sink;
  }

  /** A line of LLaVA's file, whose id is the image's. */
  void llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    TextVqaKey key = TextVqaKey.of(line, "text");
    String question = TextVqaPrompt.question(text).orElseThrow();
    PromptParts parts = parts(question, TextVqaPrompt.tokens(text));
    sink.accept(
        question(
            imageIds.next(id.asText()),
            id,
            id.asText(),
            ImageName.checked(line.text("image"), line),
            LlavaText.prompt(prompts, TextVqaBenchmark.NAME, text, parts),
            question,
            answers.map(all -> all.of(key, line)).orElse(List.of())));
  }

  /** An element of the official file. */
  void official(JsonLine line) {
    JsonNode id = line.id("question_id");
    questionIds.add(id.asText(), line);
    String image = line.id("image_id").asText();
    String imageName = ImageName.checked(image + ".jpg", line);
    String question = line.text("question");
    PromptParts parts =
        parts(
            PythonText.capitalize(question),
            tokens.map(all -> given(all.of(image, line))).orElse(List.of()));
    sink.accept(
        question(
            id.asText(),
            id,
            image,
            imageName,
            prompts.prompt(TextVqaBenchmark.NAME, parts),
            question,
            HumanAnswers.read(line)));
  }

  /** LLaVA keeps the line that names the tokens where none were read. */
  private static List<String> given(List<String> tokens) {
    return tokens.isEmpty() ? List.of("") : tokens;
  }

  private static PromptParts parts(String question, List<String> tokens) {
    return new PromptParts(question, "", List.of(), tokens);
  }

  private static BenchmarkQuestion question(
      String ours,
      JsonNode id,
      String image,
      String imageName,
      String prompt,
      String question,
      List<String> answers) {
    return new BenchmarkQuestion(
        ours,
        Optional.of(new ImagePlace.InFolder(imageName)),
        prompt,
        question,
        CATEGORY,
        answers,
        List.of(),
        OptionalInt.of(MAX_NEW_TOKENS),
        Map.of(BenchmarkQuestion.FILE_ID, id.toString(), IMAGE, image));
  }
}
