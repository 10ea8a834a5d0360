package io.prumerge.benchmark.gqa;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Annotations in GQA's official question file for the questions of LLaVA's file. */
final class GqaAnnotations {

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

  private final String file;
  private final Map<String, Annotation> byQuestion = new HashMap<>();

  private GqaAnnotations(String file) {
    this.file = file;
  }

  static GqaAnnotations read(Path file, Configuration hadoop) throws IOException {
    GqaAnnotations annotations = new GqaAnnotations(file.getName());
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
