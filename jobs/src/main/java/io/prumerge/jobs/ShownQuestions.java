package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Letters;
import io.prumerge.lang.Text;
import io.prumerge.store.ExampleQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Questions of an examples table as text, for a look at what a model is going to be asked. */
final class ShownQuestions {

  private final Benchmark benchmark;

  ShownQuestions(Benchmark benchmark) {
    this.benchmark = benchmark;
  }

  /**
   * Returns the first questions of a table, each over several lines.
   *
   * @param examples rows of {@link io.prumerge.store.Table#EXAMPLES}
   */
  List<String> lines(Dataset<Row> examples, int most) {
    List<String> lines = new ArrayList<>();
    int left = most;
    for (Row image :
        examples
            .select("image_id", "width", "height", "questions", "image_sha256")
            .limit(most)
            .collectAsList()) {
      for (Row row : image.<Row>getList(3)) {
        if (left-- > 0) {
          lines.addAll(lines(image, ExampleQuestion.COLUMNS.record(row)));
        }
      }
    }
    return lines;
  }

  private List<String> lines(Row image, ExampleQuestion question) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("question " + question.questionId() + ", category " + question.category());
    lines.add("picture  " + picture(image));
    if (question.options() != null && !question.options().isEmpty()) {
      lines.add("options  " + question.options());
    }
    boolean none = question.answers() == null || question.answers().isEmpty();
    lines.add("answers  " + (none ? "none: asked, not scored" : question.answers()));
    if (!none) {
      right(question).ifPresent(right -> lines.add("right: " + right));
    }
    question.prompt().lines().forEach(line -> lines.add("  | " + line));
    return lines;
  }

  /**
   * Returns the right options with their letters, where answers may be texts or numbers of them.
   */
  private Optional<String> right(ExampleQuestion question) {
    List<String> options = question.options() == null ? List.of() : question.options();
    List<String> right =
        benchmark
            .rightLetters(
                new Reference(
                    question.question(),
                    question.category(),
                    question.answers(),
                    options,
                    question.extra()))
            .stream()
            .map(letter -> letter + ". " + options.get(Letters.place(letter)))
            .toList();
    return Optional.of(String.join(" or ", right)).filter(text -> !text.isEmpty());
  }

  private static String picture(Row image) {
    if (image.isNullAt(0)) {
      return "none";
    }
    return image.isNullAt(1)
        ? image.getString(0) + (image.isNullAt(4) ? ", missing" : ", unreadable")
        : Text.format("%s, %d x %d", image.getString(0), image.getInt(1), image.getInt(2));
  }
}
