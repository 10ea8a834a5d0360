package io.prumerge.benchmark.textvqa;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Converts TextVQA's questions, in any layout. */
final class TextVqaQuestions {

  /** Key in {@link BenchmarkQuestion#extra()} of the image's id, which answer files contain. */
  static final String IMAGE = "image_id";

  private static final String CATEGORY = "default";

  private final Optional<Answers> answers;
  private final Optional<Tokens> tokens;
  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;
  private final QuestionIds imageIds = new QuestionIds();

  /**
   * @param answers for LLaVA's questions, whose file has none
   * @param tokens for the official questions, whose file has none
   */
  TextVqaQuestions(
      Optional<Answers> answers,
      Optional<Tokens> tokens,
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
    TextVqaPrompt.Key key = TextVqaPrompt.Key.of(line, "text");
    String question = TextVqaPrompt.question(text).orElseThrow();
    PromptParts parts = parts(question, TextVqaPrompt.tokens(text));
    accept(
        imageIds.next(id.asText()),
        id,
        id.asText(),
        new ImagePlace.InFolder(ImageName.checked(line.text("image"), line)),
        prompts.prompt(TextVqaBenchmark.NAME, parts, text),
        question,
        answers.map(all -> all.of(key, line)).orElse(List.of()));
  }

  /** An element of the official file. */
  void official(JsonLine line) {
    JsonNode id = line.id("question_id");
    String image = line.id("image_id").asText();
    String imageName = ImageName.checked(image + ".jpg", line);
    String question = line.text("question");
    List<String> read = tokens.map(all -> given(all.of(image, line))).orElse(List.of());
    accept(
        id.asText(),
        id,
        image,
        new ImagePlace.InFolder(imageName),
        prompts.prompt(TextVqaBenchmark.NAME, parts(question, read)),
        question,
        HumanAnswers.read(line));
  }

  /** A row of the Hugging Face table, which has the tokens too. */
  void huggingFace(HuggingFaceRow row) {
    JsonNode id = row.id("question_id");
    String image = row.text("image_id");
    String question = row.text("question");
    accept(
        id.asText(),
        id,
        image,
        row.place("image", image + ".jpg", 0).orElseThrow(() -> row.error("'image' is null")),
        prompts.prompt(TextVqaBenchmark.NAME, parts(question, given(row.texts("ocr_tokens")))),
        question,
        HumanAnswers.strings(row));
  }

  /** Keeps the line of tokens even if OCR read none, as LLaVA does. */
  private static List<String> given(List<String> tokens) {
    return tokens.isEmpty() ? List.of("") : tokens;
  }

  private static PromptParts parts(String question, List<String> tokens) {
    return new PromptParts(question, "", List.of(), tokens);
  }

  private void accept(
      String ours,
      JsonNode id,
      String image,
      ImagePlace place,
      String prompt,
      String question,
      List<String> people) {
    sink.accept(
        BenchmarkQuestion.of(
                id,
                Optional.of(place),
                prompt,
                question,
                CATEGORY,
                people,
                BenchmarkQuestion.SHORT_ANSWER)
            .withId(ours)
            .with(IMAGE, image));
  }

  /** The human answers in the official file, for the questions of LLaVA's file. */
  static final class Answers {

    private final String file;
    private final Map<TextVqaPrompt.Key, List<String>> byKey = new HashMap<>();

    private Answers(String file) {
      this.file = file;
    }

    static Answers read(Path file, Configuration hadoop) throws IOException {
      Answers answers = new Answers(file.getName());
      JsonItems.arrayIn(file, "data", hadoop, answers::add);
      return answers;
    }

    private void add(JsonLine line) {
      String image = line.id("image_id").asText();
      String question = line.text("question");
      List<String> answers = HumanAnswers.read(line);
      List<String> before = byKey.putIfAbsent(TextVqaPrompt.Key.of(image, question), answers);
      if (before != null && !before.equals(answers)) {
        throw line.error(
            String.format(
                Locale.ROOT,
                "image %s is asked '%s' twice, with other answers; LLaVA's questions are told apart by image and text",
                image,
                question));
      }
    }

    /** The answers to the question in {@code line}. */
    List<String> of(TextVqaPrompt.Key key, JsonLine line) {
      List<String> answers = byKey.get(key);
      if (answers == null) {
        throw line.error(
            String.format(
                Locale.ROOT,
                "%s has no question '%s' for image %s",
                file,
                key.question(),
                key.image()));
      }
      return answers;
    }
  }

  /** The tokens that an OCR system read in TextVQA's images. */
  static final class Tokens {

    private final String file;
    private final Map<String, List<String>> byImage = new HashMap<>();

    private Tokens(String file) {
      this.file = file;
    }

    static Tokens read(Path file, Configuration hadoop) throws IOException {
      Tokens tokens = new Tokens(file.getName());
      JsonItems.arrayIn(
          file,
          "data",
          hadoop,
          line -> tokens.byImage.put(line.id("image_id").asText(), line.texts("ocr_tokens")));
      return tokens;
    }

    /** The tokens read in the image of the question in {@code line}. */
    List<String> of(String image, JsonLine line) {
      List<String> tokens = byImage.get(image);
      if (tokens == null) {
        throw line.error(String.format(Locale.ROOT, "%s says nothing about image %s", file, image));
      }
      return tokens;
    }
  }
}
