package io.prumerge.benchmark.vqav2;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerArray;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.HubData;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.LlavaQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.benchmark.vqav2.VqaV2Benchmark.VqaAnnotations.Annotation;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonArrayField;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SideRow;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2 (Goyal et al., 2017): read from the official question and annotation files, or from LLaVA's
 * question file, with annotations if they exist, or from lmms-lab/VQAv2. Scoring follows
 * GT-Vision-Lab/VQA and LLaVA's {@code convert_vqav2_for_submission.py}.
 *
 * <p>Profile {@code official} is the evaluator alone, which compares unanimous questions letter by
 * letter: {@code Yes} is wrong if all ten annotators said {@code yes}. LLaVA submits processed
 * answers, so {@code llava} processes them before evaluation.
 */
public final class VqaV2Benchmark extends PublishedBenchmark {

  static final String NAME = "vqav2";

  /** The evaluator, applied to answers as processed by LLaVA's converter. */
  private static final String LLAVA = "llava";

  /** The rules by the profiles, whose parsers have the same names. */
  private static final Map<String, ProfileRule> RULES =
      Stream.of(OFFICIAL, LLAVA, LMMS_EVAL)
          .collect(
              Collectors.toMap(
                  profile -> profile,
                  profile -> AnswerRules.of("vqa", Map.of(AnswerRules.PARSER, profile))));

  public VqaV2Benchmark() {
    super(NAME, "val");
  }

  @Override
  public List<String> profiles() {
    return List.of(OFFICIAL, LLAVA, LMMS_EVAL);
  }

  @Override
  public Optional<HubData> hubData() {
    return Optional.of(HubData.ofLmmsLab("VQAv2", "data/validation-*"));
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "the official v2_OpenEnded_mscoco_*_questions.json and v2_mscoco_*_annotations.json",
        "LLaVA's llava_vqav2_mscoco_*.jsonl",
        "Parquet files of lmms-lab/VQAv2");
  }

  @Override
  public String kindOf(String category) {
    return VqaQuestions.ANSWER_TYPES.contains(category) ? "answer type" : "question type";
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("overall", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<QuestionFile> file = VqaQuestions.Files.questions(source);
    if (file.isPresent()) {
      read(file.get(), source, prompts, sink);
      return;
    }
    HuggingFaceTable table = VqaQuestions.Files.table(source);
    String split = table.split().startsWith("test") ? "test2015" : "val2014";
    VqaQuestions questions = new VqaQuestions(split, Optional.empty(), prompts, sink);
    source
        .leftOut()
        .<HuggingFaceRow>read(
            rows ->
                table.read(
                    Set.of("question_id", "image_id", "question", "image"),
                    Set.of("question_type", "answer_type", "answers"),
                    rows),
            questions::huggingFace,
            row -> Optional.of(row.id("question_id").asText()));
  }

  private static void read(
      QuestionFile file,
      SourceFiles source,
      PromptProfile prompts,
      Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<Path> annotationFile = VqaQuestions.Files.annotations(file, source);
    if (annotationFile.isEmpty()) {
      read(file, source, new VqaQuestions(file.split(), Optional.empty(), prompts, sink));
      return;
    }
    try (VqaAnnotations annotations = VqaAnnotations.open(annotationFile.get(), source)) {
      VqaQuestions questions =
          new VqaQuestions(file.split(), Optional.of(annotations), prompts, sink);
      read(file, source, questions);
      annotations.passRest();
      if (VqaQuestions.Files.official(file)) {
        annotations.requireAll(questions.count());
      }
    }
  }

  private static void read(QuestionFile file, SourceFiles source, VqaQuestions questions)
      throws IOException {
    if (VqaQuestions.Files.official(file)) {
      JsonItems.arrayIn(file.path(), "questions", source, "question_id", questions::official);
    } else {
      JsonLines.read(file.path(), source, "question_id", questions::llava);
    }
  }

  @Override
  public Optional<String> gold(Reference reference) {
    return HumanAnswers.mostFrequent(reference.answers());
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    return RULES.get(profile).score(answer, reference);
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(LlavaAnswers.BY_ID, JsonAnswers.byId("question_id", "answer"));
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new Export(Optional.empty()));
  }

  /**
   * VQAv2's result file, with answers processed as in LLaVA's {@code
   * convert_vqav2_for_submission.py}. The server refuses a file without all ids of test2015, so
   * questions that were not asked get an empty answer.
   *
   * @param all the question file with all ids; empty if all questions were asked
   */
  private record Export(Optional<QuestionFile> all) implements Submission {

    private static final String FILE = "vqav2_results.json";
    private static final String ID = "question_id";
    private static final String ANSWER = "answer";

    @Override
    public Submission of(SourceFiles source) throws IOException {
      return new Export(VqaQuestions.Files.handedIn(source));
    }

    @Override
    public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
        throws IOException {
      if (all.isEmpty()) {
        new AnswerSubmission(FILE, ID, BenchmarkQuestion::fileId, ANSWER, VqaNormaliser::evalAi)
            .write(answers, folder, hadoop);
        return;
      }
      Map<String, String> processed = new HashMap<>();
      answers.forEachRemaining(
          answered ->
              processed.put(
                  answered.question().fileId().asText(), VqaNormaliser.evalAi(answered.answer())));
      try (AnswerArray array = new AnswerArray(new Path(folder, FILE), hadoop, ID, ANSWER)) {
        for (JsonNode id : ids(all.get(), hadoop)) {
          String answer = processed.remove(id.asText());
          array.add(id, answer == null ? "" : answer);
        }
        if (!processed.isEmpty()) {
          throw new DataException(
              Text.format(
                  "question_id %s was asked and is none of %s; the server takes exactly those",
                  processed.keySet().iterator().next(), all.get().path()));
        }
        array.end();
      }
    }

    private static List<JsonNode> ids(QuestionFile file, Configuration hadoop) throws IOException {
      List<JsonNode> ids = new ArrayList<>();
      Consumer<JsonLine> sink = line -> ids.add(line.id(ID));
      if (VqaQuestions.Files.official(file)) {
        JsonItems.arrayIn(file.path(), "questions", hadoop, sink);
      } else {
        JsonLines.read(file.path(), hadoop, sink);
      }
      return ids;
    }
  }

  /** Converts VQAv2's questions, in any layout. */
  private static final class VqaQuestions {

    /** Answer type of questions whose answers are withheld. */
    private static final String NO_TYPE = "default";

    /** The categories; further groups are types of questions. */
    static final Set<String> ANSWER_TYPES = Set.of("yes/no", "number", "other", NO_TYPE);

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

    /** Returns the number of rows read, with those that are left out. */
    long count() {
      return count;
    }

    /** Adds the question in a line of LLaVA's file. */
    void llava(JsonLine line) {
      count++;
      LlavaQuestion asked = LlavaQuestion.of(line, VqaV2Benchmark.NAME, prompts);
      accept(
          asked.id(),
          asked.image(),
          asked.prompt(),
          asked.question(),
          annotations.map(all -> all.of(asked.id().asText(), line)));
    }

    /** Adds the question in an element of the official file. */
    void official(JsonLine line) {
      count++;
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

    /** Adds the question in a row of the Hugging Face table. */
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
    private static final class Files {

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

      /** Returns the question file to read. */
      static Optional<QuestionFile> questions(SourceFiles source) throws IOException {
        return QuestionFile.in(source, List.of(LLAVA, OFFICIAL), Set.of(TEST));
      }

      /** Returns whether a question file is an official one. */
      static boolean official(QuestionFile questions) {
        return questions.kind().equals(OFFICIAL);
      }

      /** Returns the annotations; absent for the test splits. */
      static Optional<Path> annotations(QuestionFile questions, SourceFiles source)
          throws IOException {
        return ANNOTATIONS.find(questions.split(), source);
      }

      /**
       * Returns the question file of the whole test set if only test-dev2015 is asked, because the
       * server requires all ids.
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

      /** Returns the table to read if there is no question file. */
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

      /** Returns the name of an image in COCO's folders; both test splits have the same images. */
      static String image(String split, long imageId) {
        return Text.format("COCO_%s_%012d.jpg", split.equals(TEST_DEV) ? TEST : split, imageId);
      }
    }
  }

  /**
   * VQAv2's annotations, read together with the questions. The official files have the same order,
   * so nothing is held in memory; in another order, annotations are held until their question
   * comes.
   */
  static final class VqaAnnotations implements Closeable {

    private static final Set<String> ANSWER_TYPES = Set.of("yes/no", "number", "other");

    /**
     * The annotation of one question.
     *
     * @param questionType first words of the question
     * @param answerType {@code yes/no}, {@code number} or {@code other}
     */
    record Annotation(String questionType, String answerType, List<String> answers) {

      static Annotation of(
          String questionType,
          String answerType,
          List<String> answers,
          Function<String, DataException> error) {
        if (!ANSWER_TYPES.contains(answerType)) {
          throw error.apply(
              Text.format("unknown answer_type '%s'; known: number, other, yes/no", answerType));
        }
        return new Annotation(questionType, answerType, answers);
      }
    }

    /** An annotation that was read before its question. */
    private record Passed(Annotation annotation, SideRow row) {}

    private final String file;
    private final JsonArrayField annotations;
    private final LeftOutRows leftOut;
    private final Map<String, DataException> invalid = new HashMap<>();
    private final Map<String, Passed> passed = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private long count;

    private VqaAnnotations(String file, JsonArrayField annotations, LeftOutRows leftOut) {
      this.file = file;
      this.annotations = annotations;
      this.leftOut = leftOut;
    }

    static VqaAnnotations open(Path file, SourceFiles source) throws IOException {
      return new VqaAnnotations(
          file.getName(),
          JsonArrayField.open(file, "annotations", source.hadoop()),
          source.leftOut().beside(file.getName()));
    }

    /**
     * Returns the annotation of the next question.
     *
     * @param line the question, for error messages
     * @throws DataException if there is none, it is invalid, or an earlier question took it
     */
    Annotation of(String id, JsonLine line) {
      Passed known = passed.remove(id);
      while (known == null) {
        if (invalid.containsKey(id)) {
          throw invalid.remove(id);
        }
        JsonLine next =
            next()
                .orElseThrow(
                    () ->
                        line.error(
                                Text.format(
                                    "question_id %s has no annotation in %s, or an earlier question"
                                        + " has the same id",
                                    id, file))
                            .unmatched());
        SideRow row = leftOut.side().meet();
        Optional<String> annotated = annotated(next, row);
        if (annotated.isPresent()) {
          pass(annotated.get(), next, row);
          known = passed.remove(id);
        }
      }
      known.row().isUsed();
      return known.annotation();
    }

    /** Returns the question that is annotated; an annotation that names none is left out. */
    private Optional<String> annotated(JsonLine line, SideRow row) {
      try {
        return Optional.of(line.id("question_id").asText());
      } catch (DataException e) {
        row.isUnreadable();
        leftOut.add(e);
        return Optional.empty();
      }
    }

    private void pass(String id, JsonLine line, SideRow row) {
      Annotation annotation;
      try {
        annotation = annotation(line);
      } catch (DataException e) {
        row.isUnreadable();
        invalid.put(id, e);
        return;
      }
      row.isUnasked();
      if (passed.put(id, new Passed(shared(annotation), row)) != null) {
        throw line.error(Text.format("question_id %s is annotated twice", id)).ofFile();
      }
    }

    /** Returns the next annotation; one that is none is left out. */
    private Optional<JsonLine> next() {
      while (true) {
        try {
          Optional<JsonLine> next = annotations.next();
          count += next.isPresent() ? 1 : 0;
          return next;
        } catch (DataException e) {
          if (e.isOfFile()) {
            throw e;
          }
          leftOut.side().meet().isUnreadable();
          leftOut.add(e);
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot read " + file, e);
        }
      }
    }

    private static Annotation annotation(JsonLine line) {
      List<String> answers = HumanAnswers.read(line);
      if (answers.isEmpty()) {
        throw line.error("lacks the field \"answers\"");
      }
      return Annotation.of(
          line.text("question_type"), line.text("answer_type"), answers, line::error);
    }

    /** Stores equal texts once. */
    private Annotation shared(Annotation annotation) {
      return new Annotation(
          once(annotation.questionType()),
          once(annotation.answerType()),
          annotation.answers().stream().map(this::once).toList());
    }

    private String once(String text) {
      return texts.computeIfAbsent(text, same -> same);
    }

    /** Counts the annotations after the last that a question asked for. */
    void passRest() {
      while (next().isPresent()) {
        leftOut.side().meet().isUnasked();
      }
    }

    /**
     * Checks that no annotation is left over.
     *
     * @param questions number of questions
     * @throws DataException if the files do not belong together
     */
    void requireAll(long questions) {
      if (Math.abs(count - questions) > leftOut.count()) { // each may be a question's, or none's
        throw new DataException(
            Text.format(
                "%s annotates %d questions, the question file has %d; give the two of one release",
                file, count, questions));
      }
    }

    @Override
    public void close() throws IOException {
      annotations.close();
    }
  }
}
