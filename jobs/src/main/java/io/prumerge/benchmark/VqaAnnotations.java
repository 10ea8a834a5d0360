package io.prumerge.benchmark;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2's annotations by question. In memory, since nothing says that they stand in the questions'
 * order; equal texts are kept once, so 443,757 questions take some 100 MB.
 */
final class VqaAnnotations {

  private static final Set<String> ANSWER_TYPES = Set.of("yes/no", "number", "other");

  /**
   * What people answered.
   *
   * @param questionType how the question begins
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
            "unknown answer_type '%s'; known: number, other, yes/no".formatted(answerType));
      }
      return new Annotation(questionType, answerType, answers);
    }
  }

  private final String file;
  private final Map<String, Annotation> byQuestion = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();

  private VqaAnnotations(String file) {
    this.file = file;
  }

  static VqaAnnotations read(Path file, Configuration hadoop) throws IOException {
    VqaAnnotations annotations = new VqaAnnotations(file.getName());
    JsonItems.arrayIn(file, "annotations", hadoop, annotations::add);
    annotations.texts.clear();
    return annotations;
  }

  private void add(JsonLine line) {
    String id = line.id("question_id").asText();
    List<String> answers = HumanAnswers.read(line);
    if (answers.isEmpty()) {
      throw line.error("lacks the field \"answers\"");
    }
    Annotation annotation =
        Annotation.of(
            once(line.text("question_type")),
            once(line.text("answer_type")),
            answers.stream().map(this::once).toList(),
            line::error);
    if (byQuestion.put(id, annotation) != null) {
      throw line.error("question_id %s is annotated twice".formatted(id));
    }
  }

  private String once(String text) {
    return texts.computeIfAbsent(text, same -> same);
  }

  /** The annotation of a question that stands in {@code line}. */
  Annotation of(String id, JsonLine line) {
    Annotation annotation = byQuestion.get(id);
    if (annotation == null) {
      throw line.error("question_id %s has no annotation in %s".formatted(id, file));
    }
    return annotation;
  }

  /**
   * Checks that no annotation is left over.
   *
   * @param questions how many of them were asked for
   * @throws DataException when the files do not belong together
   */
  void requireAll(int questions) {
    if (byQuestion.size() != questions) {
      throw new DataException(
          "%s annotates %d questions, the question file has %d; give the two of one release"
              .formatted(file, byQuestion.size(), questions));
    }
  }
}
