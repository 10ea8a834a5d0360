package io.prumerge.benchmark.vqav2;

import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonArrayField;
import io.prumerge.source.JsonLine;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2's annotations, read beside the questions. The official files have the same order, so
 * nothing is held in memory; in another order, annotations are held until their question comes.
 */
final class VqaAnnotations implements Closeable {

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
  private final JsonArrayField annotations;
  private final Map<String, Annotation> passed = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private long count;

  private VqaAnnotations(String file, JsonArrayField annotations) {
    this.file = file;
    this.annotations = annotations;
  }

  static VqaAnnotations open(Path file, Configuration hadoop) throws IOException {
    return new VqaAnnotations(file.getName(), JsonArrayField.open(file, "annotations", hadoop));
  }

  /**
   * Returns the annotation of the next question.
   *
   * @param line the question, for error messages
   * @throws DataException if there is none, or an earlier question took it
   */
  Annotation of(String id, JsonLine line) {
    Annotation known = passed.remove(id);
    while (known == null) {
      JsonLine next =
          next()
              .orElseThrow(
                  () ->
                      line.error(
                          String.format(
                              Locale.ROOT,
                              "question_id %s has no annotation in %s, or an earlier question has the same id",
                              id,
                              file)));
      Annotation annotation = annotation(next);
      String annotated = next.id("question_id").asText();
      if (annotated.equals(id)) {
        known = annotation;
      } else if (passed.put(annotated, shared(annotation)) != null) {
        throw next.error(
            String.format(Locale.ROOT, "question_id %s is annotated twice", annotated));
      }
    }
    return known;
  }

  private Optional<JsonLine> next() {
    try {
      Optional<JsonLine> next = annotations.next();
      count += next.isPresent() ? 1 : 0;
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
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

  /**
   * Checks that no annotation is left over.
   *
   * @param questions number of questions
   * @throws DataException if the files do not belong together
   */
  void requireAll(long questions) {
    while (next().isPresent()) {
      // counts the rest
    }
    if (count != questions) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s annotates %d questions, the question file has %d; give the two of one release",
              file,
              count,
              questions));
    }
  }

  @Override
  public void close() throws IOException {
    annotations.close();
  }
}
