package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Rows;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class SubmissionExportTest {

  @TempDir private Path folder;

  /** One line {@code id=answer} per question. */
  private static final Submission LINES =
      (answers, target, hadoop) -> {
        StringBuilder text = new StringBuilder();
        answers.forEachRemaining(
            answered ->
                text.append(answered.question().id())
                    .append('=')
                    .append(answered.answer())
                    .append('\n'));
        org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(target, "lines");
        try (OutputStream out = file.getFileSystem(hadoop).create(file, false)) {
          out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
      };

  private static QuestionSet asked(String... ids) {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    for (String id : ids) {
      questions.add(
          new BenchmarkQuestion(
              id,
              Optional.empty(),
              "p",
              OptionalInt.empty(),
              new Reference("q", "c", List.of("yes"), List.of(), Map.of())));
    }
    return QuestionSet.of(LocalSpark.session(), Benchmarks.KNOWN.named("pope"), questions);
  }

  private List<String> export(QuestionSet asked, Row... predictions) throws IOException {
    return export(set -> LINES, asked, predictions);
  }

  private List<String> export(
      Function<AnswerSet, Submission> form, QuestionSet asked, Row... predictions)
      throws IOException {
    Dataset<Row> given = Table.PREDICTIONS.of(LocalSpark.session(), List.of(predictions));
    List<AnswerSet> results =
        Coverage.of(given, asked.positions()).stream().map(Coverage::set).toList();
    Path root = folder.resolve("export");
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(root.toUri());
    return new SubmissionExport(LocalSpark.session(), asked, form)
        .write(given, results, place, place).stream()
            .map(one -> root.relativize(Path.of(one.folder().toUri().getPath())).toString())
            .toList();
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(folder.resolve("export").resolve(name).resolve("lines"));
  }

  @Test
  void writesEveryQuestionInTheFilesOrder() throws IOException {
    List<String> folders =
        export(
            asked("9", "1", "5", "3"),
            Rows.prediction("question_id", "3", "answer", "three"),
            Rows.prediction("question_id", "5", "answer", null, "error", "image_missing: x"),
            Rows.prediction("question_id", "9", "answer", "nine"),
            Rows.prediction(
                "question_id", "1", "answer", "one", "method", "uniform:tokens=@prumerge+"));

    assertThat(folders).containsExactly("none", "uniform_tokens=@prumerge+");
    assertThat(lines("none")).containsExactly("9=nine", "1=", "5=", "3=three");
    assertThat(lines("uniform_tokens=@prumerge+")).containsExactly("9=", "1=one", "5=", "3=");
  }

  @Test
  void keepsRunsApart() throws IOException {
    List<String> folders =
        export(
            asked("1"),
            Rows.prediction("run_id", "first", "question_id", "1", "answer", "a"),
            Rows.prediction("run_id", "second", "question_id", "1", "answer", "b"));

    assertThat(folders).containsExactly("first/none", "second/none");
    assertThat(lines("second/none")).containsExactly("1=b");
  }

  @Test
  void keepsModelsApart() throws IOException {
    List<String> folders =
        export(
            asked("1"),
            Rows.prediction("model", "a/7b", "question_id", "1", "answer", "a"),
            Rows.prediction("model", "b", "question_id", "1", "answer", "b"));

    assertThat(folders).containsExactly("a_7b/none", "b/none");
    assertThat(lines("b/none")).containsExactly("1=b");
  }

  @Test
  void saysWhatIsKnownOfEachAnswer() throws IOException {
    List<AnsweredQuestion> said = new ArrayList<>();
    export(
        set -> (answers, target, hadoop) -> answers.forEachRemaining(said::add),
        asked("1", "2", "3", "4"),
        Rows.prediction("question_id", "1", "answer", "", "generated_tokens", 1),
        Rows.prediction(
            "question_id", "2", "answer", null, "error", "image_x: y", "generated_tokens", null),
        Rows.prediction(
            "question_id",
            "4",
            "prompt",
            "p?",
            "answer",
            "b",
            "generated_tokens",
            null,
            "logged_score",
            0.5));

    assertThat(said)
        .extracting(AnsweredQuestion::said, AnsweredQuestion::prompt, AnsweredQuestion::facts)
        .containsExactly(
            tuple(
                Optional.of(""),
                Optional.empty(),
                new AnswerFacts(Optional.empty(), OptionalInt.of(1), OptionalDouble.empty())),
            tuple(
                Optional.empty(),
                Optional.empty(),
                new AnswerFacts(
                    Optional.of("image_x: y"), OptionalInt.empty(), OptionalDouble.empty())),
            tuple(Optional.empty(), Optional.empty(), AnswerFacts.NONE),
            tuple(
                Optional.of("b"),
                Optional.of("p?"),
                new AnswerFacts(Optional.empty(), OptionalInt.empty(), OptionalDouble.of(0.5))));
  }
}
