package io.prumerge.benchmark.gqa;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.benchmark.PromptProfile;
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

/** Converts GQA's questions, in any layout. */
final class GqaQuestions {

  private final PromptProfile prompts;
  private final Optional<Annotations> annotations;
  private final Consumer<BenchmarkQuestion> sink;

  /**
   * @param annotations for LLaVA's questions, whose file has none
   */
  GqaQuestions(
      PromptProfile prompts, Optional<Annotations> annotations, Consumer<BenchmarkQuestion> sink) {
    this.prompts = prompts;
    this.annotations = annotations;
    this.sink = sink;
  }

  /** A line of LLaVA's file. */
  void llava(JsonLine line) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    String question = PromptProfile.question(GqaBenchmark.NAME, text);
    accept(
        id,
        new ImagePlace.InFolder(ImageName.checked(line.text("image"), line)),
        prompts.prompt(GqaBenchmark.NAME, PromptParts.of(question), text),
        question,
        annotations.map(all -> all.of(id.asText(), line)).orElse(Annotation.NONE));
  }

  /** A field of the official file. */
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
   * A row of the Hugging Face table of questions.
   *
   * @param images locations of the images, by id
   */
  void huggingFace(HuggingFaceRow row, Map<String, ImagePlace> images) {
    JsonNode id = row.id("id");
    String image = row.text("imageId");
    if (!images.containsKey(image)) {
      throw row.error(String.format(Locale.ROOT, "image %s is not in the table of images", image));
    }
    String question = row.text("question");
    accept(
        id,
        images.get(image),
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
  static final class Annotations {

    private final String file;
    private final Map<String, Annotation> byQuestion = new HashMap<>();

    private Annotations(String file) {
      this.file = file;
    }

    static Annotations read(Path file, Configuration hadoop) throws IOException {
      Annotations annotations = new Annotations(file.getName());
      JsonItems.anyFields(file, hadoop, annotations::add);
      return annotations;
    }

    private void add(String id, JsonLine line) {
      if (byQuestion.put(id, Annotation.of(line)) != null) {
        throw line.error(String.format(Locale.ROOT, "question %s stands there twice", id));
      }
    }

    /** The annotation of the question in {@code line}. */
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
   * @param form {@code open} for questions of structural type {@code query}, {@code binary} for all
   *     others, as in the official {@code eval.py}
   * @param types structural and semantic type
   */
  record Annotation(List<String> answers, String form, List<String> types) {

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
