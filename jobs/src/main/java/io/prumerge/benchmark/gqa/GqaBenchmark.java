package io.prumerge.benchmark.gqa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.benchmark.LlavaQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.PublishedBenchmark;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.Submission;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.SplitFiles;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * GQA (Hudson and Manning, 2019): read from LLaVA's question file, with the official one next to it
 * or in {@code data/} for the answers, or from the official one alone, or from lmms-lab/GQA.
 * Scoring follows LLaVA's {@code convert_gqa_for_eval.py}, whose output the official {@code
 * eval.py} compares letter by letter.
 */
public final class GqaBenchmark extends PublishedBenchmark {

  static final String NAME = "gqa";

  private static final String SPLITS =
      "(?:train|val|testdev|test|challenge|submission)_(?:all|balanced)";
  private static final SplitFiles LLAVA = new SplitFiles("llava_gqa_", SPLITS, ".jsonl", NAME);
  private static final SplitFiles OFFICIAL_FILES =
      new SplitFiles("", SPLITS, "_questions.json", "data");

  private static final List<SplitFiles> FILES = List.of(LLAVA, OFFICIAL_FILES);
  private static final String SPLIT = "testdev";

  /** The file that the official {@code eval.py} reads. */
  private static final String PREDICTIONS = "testdev_balanced_predictions.json";

  /** Python's {@code string.punctuation}, all of ASCII's. */
  private static final Set<String> STRUCTURAL_TYPES =
      Set.of("choose", "compare", "logical", "query", "verify");

  private static final Set<String> SEMANTIC_TYPES = Set.of("attr", "cat", "global", "obj", "rel");

  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");

  public GqaBenchmark() {
    super(NAME, SPLIT);
  }

  @Override
  public List<String> layouts() {
    return List.of(
        "LLaVA's question file, the official one next to it or in data",
        "the official question file",
        "Parquet files of lmms-lab/GQA");
  }

  @Override
  public String kindOf(String category) {
    return STRUCTURAL_TYPES.contains(category)
        ? "structural type"
        : SEMANTIC_TYPES.contains(category) ? "semantic type" : "form";
  }

  @Override
  public List<MetricRule> metrics(String profile) {
    return List.of(MetricRule.pooled("accuracy", Statistic.MEAN));
  }

  @Override
  public void read(SourceFiles source, PromptProfile prompts, Consumer<BenchmarkQuestion> sink)
      throws IOException {
    Optional<QuestionFile> file = QuestionFile.in(source, FILES, Set.of());
    if (file.isEmpty()) {
      readTables(source, new GqaQuestions(prompts, Optional.empty(), sink));
    } else if (file.get().kind().equals(OFFICIAL_FILES)) {
      GqaQuestions questions = new GqaQuestions(prompts, Optional.empty(), sink);
      JsonItems.anyFields(
          file.get().path(), source.hadoop(), source.leftOut(), questions::official);
    } else {
      Optional<Path> official = OFFICIAL_FILES.find(file.get().split(), source);
      Optional<GqaQuestions.Annotations> annotations = Optional.empty();
      if (official.isPresent()) {
        annotations = Optional.of(GqaQuestions.Annotations.read(official.get(), source));
      }
      GqaQuestions questions = new GqaQuestions(prompts, annotations, sink);
      JsonLines.read(file.get().path(), source, "question_id", questions::llava);
    }
  }

  /** Reads lmms-lab/GQA: one table of questions, one of images. */
  private static void readTables(SourceFiles source, GqaQuestions questions) throws IOException {
    HuggingFaceTable asked = QuestionFile.table(source, FILES, SPLIT, "id", "imageId", "question");
    List<HuggingFaceTable> tables =
        HuggingFaceTable.having(source, "id", "image").stream()
            .filter(table -> !table.hasColumns("question"))
            .toList();
    if (tables.isEmpty()) {
      throw new DataException(
          Wording.of(
              "No Parquet with the columns id, image next to the questions %s; give the folder of"
                  + " GQA's images (testdev_balanced_images) as one more %s",
              asked, Setting.SOURCE));
    }
    SideRows<String, ImagePlace> images = new SideRows<>(source.leftOut());
    HuggingFaceTable pictures = HuggingFaceTable.one(tables, asked.split());
    source
        .leftOut()
        .beside("the table of images")
        .<HuggingFaceRow>read(
            rows -> pictures.read(Set.of("id", "image"), Set.of(), rows), row -> add(row, images));
    source
        .leftOut()
        .<HuggingFaceRow>read(
            rows ->
                asked.read(Set.of("id", "imageId", "question"), Set.of("answer", "types"), rows),
            row -> questions.huggingFace(row, images),
            row -> Optional.of(row.id("id").asText()));
  }

  private static void add(HuggingFaceRow row, SideRows<String, ImagePlace> images) {
    String id = row.text("id");
    ImagePlace place =
        row.place("image", id + ".jpg", 0).orElseThrow(() -> row.error("'image' is null"));
    if (images.putIfAbsent(id, place) != null) {
      throw row.error(String.format(Locale.ROOT, "image %s stands there for the second time", id))
          .ofFile();
    }
  }

  @Override
  public Score score(String profile, String answer, Reference reference) {
    String gold = reference.answers().get(0);
    String parsed = profile.equals(LMMS_EVAL) ? bare(answer) : handedIn(answer);
    boolean equal = parsed.equals(profile.equals(LMMS_EVAL) ? bare(gold) : gold);
    return new Score(parsed, parsed.isEmpty(), equal ? 1 : 0);
  }

  /** Returns the answer as LLaVA submits it: without final periods, in lower case. */
  private static String handedIn(String answer) {
    int end = answer.length();
    while (end > 0 && answer.charAt(end - 1) == '.') {
      end--;
    }
    return PythonText.lower(answer.substring(0, end));
  }

  /**
   * Returns the text as {@code exact_match} of lmms-eval compares it, without case and punctuation.
   */
  private static String bare(String text) {
    return PUNCTUATION.matcher(PythonText.lower(text)).replaceAll("");
  }

  @Override
  public List<AnswerFormat> answerFormats() {
    return List.of(LlavaAnswers.BY_ID, JsonAnswers.byId("questionId", "prediction"));
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(
        new AnswerSubmission(
            PREDICTIONS,
            "questionId",
            BenchmarkQuestion::fileId,
            "prediction",
            GqaBenchmark::handedIn));
  }

  /** Converts GQA's questions, in any layout. */
  private static final class GqaQuestions {

    private final PromptProfile prompts;
    private final Optional<Annotations> annotations;
    private final Consumer<BenchmarkQuestion> sink;

    /**
     * @param annotations for LLaVA's questions, whose file has none
     */
    GqaQuestions(
        PromptProfile prompts,
        Optional<Annotations> annotations,
        Consumer<BenchmarkQuestion> sink) {
      this.prompts = prompts;
      this.annotations = annotations;
      this.sink = sink;
    }

    /** Adds the question in a line of LLaVA's file. */
    void llava(JsonLine line) {
      LlavaQuestion asked = LlavaQuestion.of(line, GqaBenchmark.NAME, prompts);
      accept(
          asked.id(),
          asked.image(),
          asked.prompt(),
          asked.question(),
          annotations.map(all -> all.of(asked.id().asText(), line)).orElse(Annotation.NONE));
    }

    /** Adds the question in a field of the official file. */
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
     * Adds the question in a row of the Hugging Face table of questions.
     *
     * @param images locations of the images, by id
     */
    void huggingFace(HuggingFaceRow row, SideRows<String, ImagePlace> images) {
      JsonNode id = row.id("id");
      String image = row.text("imageId");
      ImagePlace place = images.get(image);
      if (place == null) {
        throw row.error(String.format(Locale.ROOT, "image %s is not in the table of images", image))
            .unmatched();
      }
      String question = row.text("question");
      accept(
          id,
          place,
          prompts.prompt(GqaBenchmark.NAME, PromptParts.of(question)),
          question,
          Annotation.of(row));
    }

    private void accept(
        JsonNode id, ImagePlace image, String prompt, String question, Annotation annotation) {
      BenchmarkQuestion asked =
          BenchmarkQuestion.of(
              id,
              Optional.of(image),
              prompt,
              question,
              annotation.form(),
              annotation.answers(),
              BenchmarkQuestion.SHORT_ANSWER);
      sink.accept(
          annotation.types().isEmpty()
              ? asked
              : asked.with(BenchmarkQuestion.GROUPS, String.join("\n", annotation.types())));
    }

    /** Annotations in GQA's official question file for the questions of LLaVA's file. */
    private static final class Annotations {

      private final String file;
      private final SideRows<String, Annotation> byQuestion;

      private Annotations(String file, SourceFiles source) {
        this.file = file;
        byQuestion = new SideRows<>(source.leftOut());
      }

      static Annotations read(Path file, SourceFiles source) throws IOException {
        Annotations annotations = new Annotations(file.getName(), source);
        JsonItems.anyFields(
            file, source.hadoop(), source.leftOut().beside(file.getName()), annotations::add);
        return annotations;
      }

      private void add(String id, JsonLine line) {
        if (byQuestion.putIfAbsent(id, Annotation.of(line)) != null) {
          throw line.error(String.format(Locale.ROOT, "question %s stands there twice", id))
              .ofFile();
        }
      }

      /** Returns the annotation of the question in {@code line}. */
      Annotation of(String id, JsonLine line) {
        Annotation annotation = byQuestion.get(id);
        if (annotation == null) {
          throw line.error(String.format(Locale.ROOT, "question_id %s is none of %s", id, file));
        }
        return annotation;
      }
    }

    /**
     * The annotation of one question.
     *
     * @param answers the right answer; empty if it is withheld
     * @param form {@code open} for questions of structural type {@code query}, {@code binary} for
     *     all others, as in the official {@code eval.py}
     * @param types structural and semantic type
     */
    private record Annotation(List<String> answers, String form, List<String> types) {

      private static final String UNKNOWN = "default";

      /** No annotation. */
      static final Annotation NONE = new Annotation(List.of(), UNKNOWN, List.of());

      Annotation {
        answers = List.copyOf(answers);
        types = List.copyOf(types);
      }

      static Annotation of(JsonLine line) {
        JsonNode types = line.object().path("types");
        JsonNode structural = types.path("structural");
        JsonNode semantic = types.path("semantic");
        List<String> answers = line.optionalText("answer").map(List::of).orElse(List.of());
        if (types.isMissingNode() || types.isNull()) {
          return new Annotation(answers, UNKNOWN, List.of());
        }
        if (!structural.isTextual() || !semantic.isTextual()) {
          throw line.error(
              "\"types\" must have the strings \"structural\" and \"semantic\", it is " + types);
        }
        return of(answers, structural.textValue(), semantic.textValue());
      }

      static Annotation of(HuggingFaceRow row) {
        List<String> answers = row.optionalText("answer").map(List::of).orElse(List.of());
        Optional<HuggingFaceRow> types = row.struct("types");
        return types.isEmpty()
            ? new Annotation(answers, UNKNOWN, List.of())
            : of(answers, types.get().text("structural"), types.get().text("semantic"));
      }

      private static Annotation of(List<String> answers, String structural, String semantic) {
        return new Annotation(
            answers, structural.equals("query") ? "open" : "binary", List.of(structural, semantic));
      }
    }
  }
}
