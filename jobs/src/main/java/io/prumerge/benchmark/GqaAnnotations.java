package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What GQA's official question file says about the questions of LLaVA's. */
final class GqaAnnotations {

  /**
   * About one question.
   *
   * @param answers the one that is right; empty where it is withheld
   * @param form {@code open} for questions that query, {@code binary} for all others, as the
   *     official {@code eval.py} has it
   * @param types structural and semantic type
   */
  record Annotation(List<String> answers, String form, List<String> types) {

    private static final String UNKNOWN = "default";

    /** Nothing known. */
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
    JsonItems.fields(file, hadoop, annotations::add);
    return annotations;
  }

  private void add(String id, JsonLine line) {
    if (byQuestion.put(id, Annotation.of(line)) != null) {
      throw line.error("question %s stands there twice".formatted(id));
    }
  }

  /** About a question that stands in {@code line}. */
  Annotation of(String id, JsonLine line) {
    Annotation annotation = byQuestion.get(id);
    if (annotation == null) {
      throw line.error("question_id %s is none of %s".formatted(id, file));
    }
    return annotation;
  }
}
