package io.prumerge.benchmark.vqav2;

import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2's annotations by question. They are held in memory, because their order may differ from
 * that of the questions. Equal texts are stored once, so 443,757 questions take about 100 MB.
 */
final class VqaAnnotations {

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
            String.format(
                Locale.ROOT, "unknown answer_type '%s'; known: number, other, yes/no", answerType));
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
      throw line.error(String.format(Locale.ROOT, "question_id %s is annotated twice", id));
    }
  }

  private String once(String text) {
    return texts.computeIfAbsent(text, same -> same);
  }

  /** The annotation of the question in {@code line}. */
  Annotation of(String id, JsonLine line) {
    Annotation annotation = byQuestion.get(id);
    if (annotation == null) {
      throw line.error(
          String.format(Locale.ROOT, "question_id %s has no annotation in %s", id, file));
    }
    return annotation;
  }

  /**
   * Checks that no annotation is left over.
   *
   * @param questions number of questions
   * @throws DataException if the files do not belong together
   */
  void requireAll(int questions) {
    if (byQuestion.size() != questions) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s annotates %d questions, the question file has %d; give the two of one release",
              file,
              byQuestion.size(),
              questions));
    }
  }
}
