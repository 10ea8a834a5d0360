package io.prumerge.benchmark.vizwiz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * VizWiz-VQA (Gurari et al., 2018): read from LLaVA's question file, which has the test split,
 * whose answers are withheld; or from the official {@code train.json}, {@code val.json} or {@code
 * test.json}; or from lmms-lab/VizWiz-VQA. Scoring follows LLaVA's {@code
 * convert_vizwiz_for_submission.py}: answers are compared in the form that LLaVA submits, as in
 * lmms-eval.
 */
public final class VizWizBenchmark extends PublishedBenchmark {

  static final String NAME = "vizwiz";

  private static final SplitFiles LLAVA = new SplitFiles("llava_", "test", ".jsonl", NAME);
  private static final SplitFiles OFFICIAL_FILES =
      new SplitFiles("", "train|val|test", ".json", "Annotations");
  private static final List<SplitFiles> FILES = List.of(LLAVA, OFFICIAL_FILES);

  public VizWizBenchmark() {
    super(NAME, "test");
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "LLaVA's question file",
        "train.json, val.json or test.json",
        "Parquet files of lmms-lab/VizWiz-VQA");
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<QuestionFile> file = QuestionFile.in(source, FILES, Set.of());
    VizWizQuestions questions = new VizWizQuestions(prompts, sink);
    if (file.isEmpty()) {
      HuggingFaceTable table =
          QuestionFile.table(source, FILES, "val", "question_id", "question", "image", "category");
      source
          .leftOut()
          .<HuggingFaceRow>read(
              rows ->
                  table.read(
                      Set.of("question_id", "question", "image"),
                      Set.of("answers", "category"),
                      rows),
              questions::huggingFace);
    } else if (file.get().kind().equals(OFFICIAL_FILES)) {
      JsonItems.array(file.get().path(), source, questions::official);
    } else {
      JsonLines.read(file.get().path(), source, "question_id", questions::llava);
    }
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return HumanAnswers.mostFrequent(reference.answers());
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return VqaAccuracy.score(answer, reference.answers(), VqaNormaliser::evalAi);
  }

  @Override
  public String key(BenchmarkQuestion question) {
    return question.extra().get(VizWizQuestions.NUMBER);
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(
        LlavaAnswers.BY_ID,
        new JsonAnswers(line -> VizWizQuestions.number(line.text("image"), line::error), "answer"));
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(
        new AnswerSubmission(
            "vizwiz_results.json",
            "image",
            question -> new TextNode(question.image().orElseThrow().id()),
            "answer",
            VqaNormaliser::evalAi));
  }

  /** Converts VizWiz's questions, in any layout. */
  private static final class VizWizQuestions {

    /**
     * Key in {@link BenchmarkQuestion#extra()} of the image's number, which identifies the
     * question.
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

    /** Adds the question in a line of LLaVA's file, whose answers are withheld. */
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

    /** Adds the question in an element of the official file. */
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

    /**
     * Adds the question in a row of the Hugging Face table, whose ids are names of images without
     * {@code .jpg}.
     */
    void huggingFace(HuggingFaceRow row) {
      JsonNode id = row.id("question_id");
      String question = row.text("question");
      accept(
          VizWizQuestions.number(id.asText(), row::error),
          id,
          row.place("image", id.asText() + ".jpg", 0)
              .orElseThrow(() -> row.error("'image' is null")),
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
     * Returns the number in an image's name, {@code VizWiz_test_00000012.jpg}, without leading
     * zeros: every image has one question, so the number identifies the question. LLaVA's answers
     * have the number, result files the name.
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
}
