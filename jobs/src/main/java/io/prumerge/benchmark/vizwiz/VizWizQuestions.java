package io.prumerge.benchmark.vizwiz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts VizWiz's questions, in any layout. */
final class VizWizQuestions {

  /**
   * Key in {@link BenchmarkQuestion#extra()} of the image's number, which identifies the question.
   */
  static final String NUMBER = "number";

  private static final Pattern IMAGE_NAME = Pattern.compile("VizWiz_[a-z]+_(\\d{8})(?:\\.jpg)?");

  private static final String NO_TYPE = "default";

  private final PromptProfile prompts;
  private final Consumer<BenchmarkQuestion> sink;

  VizWizQuestions(PromptProfile prompts, Consumer<BenchmarkQuestion> sink) {
    this.prompts = prompts;
    this.sink = sink;
  }

  /** A line of LLaVA's file, whose answers are withheld. */
  void llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String image = ImageName.checked(line.text("image"), line);
    String number = VizWizQuestions.number(image, line::error);
    if (!number.equals(id.asText())) {
      throw line.error(
          String.format(
              Locale.ROOT, "question_id %s is not the number of image %s", id.asText(), image));
    }
    String text = line.text("text");
    String question = PromptProfile.question(VizWizBenchmark.NAME, text);
    String prompt = prompts.prompt(VizWizBenchmark.NAME, PromptParts.of(question), text);
    accept(number, id, new ImagePlace.InFolder(image), prompt, question, NO_TYPE, List.of());
  }

  /** An element of the official file. */
  void official(JsonLine line) {
    String image = ImageName.checked(line.text("image"), line);
    String question = line.text("question");
    accept(
        VizWizQuestions.number(image, line::error),
        new TextNode(image),
        new ImagePlace.InFolder(image),
        prompts.prompt(VizWizBenchmark.NAME, PromptParts.of(question)),
        question,
        line.optionalText("answer_type").orElse(NO_TYPE),
        HumanAnswers.read(line));
  }

  /** A row of the Hugging Face table, whose ids are names of images without {@code .jpg}. */
  void huggingFace(HuggingFaceRow row) {
    JsonNode id = row.id("question_id");
    String question = row.text("question");
    accept(
        VizWizQuestions.number(id.asText(), row::error),
        id,
        row.place("image", id.asText() + ".jpg", 0).orElseThrow(() -> row.error("'image' is null")),
        prompts.prompt(VizWizBenchmark.NAME, PromptParts.of(question)),
        question,
        row.optionalText("category").orElse(NO_TYPE),
        HumanAnswers.strings(row));
  }

  private void accept(
      String number,
      JsonNode id,
      ImagePlace image,
      String prompt,
      String question,
      String answerType,
      List<String> answers) {
    sink.accept(
        BenchmarkQuestion.of(
                id,
                Optional.of(image),
                prompt,
                question,
                answerType,
                answers,
                BenchmarkQuestion.SHORT_ANSWER)
            .with(NUMBER, number));
  }

  /**
   * The number in an image's name, {@code VizWiz_test_00000012.jpg}, without leading zeros: every
   * image has one question, so the number identifies the question. LLaVA's answers have the number,
   * result files the name.
   *
   * @param name with or without {@code .jpg}
   * @param error creates an exception that names the place
   * @throws DataException if the name has another form
   */
  static String number(String name, Function<String, DataException> error) {
    Matcher matcher = IMAGE_NAME.matcher(name);
    if (!matcher.matches()) {
      throw error.apply(
          String.format(
              Locale.ROOT,
              "image '%s' is not named as VizWiz names images, VizWiz_SPLIT_00000000.jpg",
              name));
    }
    return Long.toString(Long.parseLong(matcher.group(1)));
  }
}
