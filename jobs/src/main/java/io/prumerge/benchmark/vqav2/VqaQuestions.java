package io.prumerge.benchmark.vqav2;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqav2.VqaAnnotations.Annotation;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.QuestionFile.SplitFiles;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/** Converts VQAv2's questions, in any layout. */
final class VqaQuestions {

  /** Answer type of questions whose answers are withheld. */
  private static final String NO_TYPE = "default";

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
    String question = PromptProfile.question(VqaV2Benchmark.NAME, text);
    accept(
        id,
        new ImagePlace.InFolder(ImageName.checked(line.text("image"), line)),
        prompts.prompt(VqaV2Benchmark.NAME, PromptParts.of(question), text),
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
        new ImagePlace.InFolder(Files.image(split, image.longValue())),
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
        row.place("image", Files.image(split, row.integer("image_id")), 0)
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
    BenchmarkQuestion asked =
        BenchmarkQuestion.of(
            id,
            Optional.of(image),
            prompt,
            question,
            annotation.map(Annotation::answerType).orElse(NO_TYPE),
            annotation.map(Annotation::answers).orElse(List.of()),
            BenchmarkQuestion.SHORT_ANSWER);
    sink.accept(
        annotation
            .map(known -> asked.with(BenchmarkQuestion.GROUPS, known.questionType()))
            .orElse(asked));
  }

  /** Finds VQAv2's files in the official download and in LLaVA's folder. */
  static final class Files {

    private static final String SPLITS = "train2014|val2014|test-dev2015|test2015";
    private static final SplitFiles LLAVA =
        new SplitFiles("llava_vqav2_mscoco_", SPLITS, ".jsonl", "vqav2");
    private static final SplitFiles OFFICIAL =
        new SplitFiles("v2_OpenEnded_mscoco_", SPLITS, "_questions.json", "Questions");
    private static final SplitFiles ANNOTATIONS =
        new SplitFiles("v2_mscoco_", SPLITS, "_annotations.json", "Annotations");

    private static final String TEST_DEV = "test-dev2015";

    /** The whole test set, of which test-dev2015 is a part. */
    private static final String TEST = "test2015";

    private Files() {}

    /** The question file to read. */
    static Optional<QuestionFile> questions(SourceFiles source) throws IOException {
      return QuestionFile.in(source, List.of(LLAVA, OFFICIAL), Set.of(TEST));
    }

    /** Whether a question file is an official one. */
    static boolean official(QuestionFile questions) {
      return questions.kind().equals(OFFICIAL);
    }

    /** The annotations; absent for the test splits. */
    static Optional<Path> annotations(QuestionFile questions, SourceFiles source)
        throws IOException {
      return ANNOTATIONS.find(questions.split(), source);
    }

    /**
     * The question file of the whole test set if only test-dev2015 is asked, because the server
     * requires all ids.
     */
    static Optional<QuestionFile> handedIn(SourceFiles source) throws IOException {
      Optional<QuestionFile> asked = questions(source);
      if (asked.isEmpty() || !asked.get().split().equals(TEST_DEV)) {
        return Optional.empty();
      }
      for (SplitFiles kind : List.of(LLAVA, OFFICIAL)) {
        Optional<Path> file = kind.find(TEST, source);
        if (file.isPresent()) {
          return Optional.of(new QuestionFile(TEST, kind, file.get()));
        }
      }
      return Optional.empty();
    }

    /** The table to read if there is no question file. */
    static HuggingFaceTable table(SourceFiles source) throws IOException {
      return QuestionFile.table(
          source,
          List.of(LLAVA, OFFICIAL),
          "validation",
          "question_id",
          "image_id",
          "question",
          "multiple_choice_answer");
    }

    /** The name of an image in COCO's folders; both test splits have the same images. */
    static String image(String split, long imageId) {
      return String.format(
          Locale.ROOT, "COCO_%s_%012d.jpg", split.equals(TEST_DEV) ? TEST : split, imageId);
    }
  }
}
