package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class MatchedAnswersTest {

  /** More answers than this are alive while a reader holds each that it was given. */
  private static final int FEW = 100;

  @TempDir private Path folder;

  private static BenchmarkQuestion question(String id, String text) {
    return new BenchmarkQuestion(
        id,
        Optional.empty(),
        text,
        OptionalInt.empty(),
        new Reference(
            text,
            "c",
            List.of("yes"),
            List.of(),
            Map.of(BenchmarkQuestion.FILE_ID, "\"%s\"".formatted(id))));
  }

  /** Four questions; two have one key. */
  private static QuestionSet asked() {
    return QuestionSet.of(
        LocalSpark.session(),
        Benchmarks.named("custom"),
        List.of(
            question("z", "Is it \u00fcber?"),
            question("b", "Is it red?"),
            question("z", "Is it blue?"),
            question("a", "Is it new?")));
  }

  private static GivenAnswer answer(String key, int line) {
    return GivenAnswer.of(key, key + line, "a.jsonl:" + line);
  }

  private MatchedAnswers staged(MatchedAnswers.Reading reading) throws IOException {
    return new MatchedAnswers.Staged(
            LocalSpark.session(),
            asked(),
            Reading.path(Files.createTempDirectory(folder, "questions")))
        .read(reading);
  }

  private static MatchedAnswers.Reading of(GivenAnswer... answers) {
    return sink -> List.of(answers).forEach(sink);
  }

  /** Both ways refuse the same answer with the same words. */
  private void refused(MatchedAnswers.Reading reading, String why) {
    assertThat(
            catchThrowableOfType(
                DataException.class,
                () -> MatchedAnswers.read(LocalSpark.session(), asked(), reading)))
        .hasMessage(why);
    DataException staged = catchThrowableOfType(DataException.class, () -> staged(reading));
    assertThat(staged).hasMessage(why);
    assertThat(staged.wording().onCommandLine())
        .isEqualTo(why.replace("source names", "--source names"));
  }

  @Test
  void executorsMatchAnswersAsTheDriverDoes() throws IOException {
    MatchedAnswers.Reading reading =
        of(
            answer("a", 1),
            new GivenAnswer(
                "z",
                "\u00fc\n\u2028 ",
                Optional.of("first"),
                Optional.of("Is it \u00dcBER?"),
                Optional.of("YES "),
                "a.jsonl:2"),
            answer("b", 3).withTruth(Optional.of("yes")),
            new GivenAnswer(
                "z", "", Optional.of("second"), Optional.empty(), Optional.empty(), "a.jsonl:4"));

    for (MatchedAnswers matched :
        List.of(MatchedAnswers.read(LocalSpark.session(), asked(), reading), staged(reading))) {
      assertThat(matched.count()).isEqualTo(4);
      assertThat(matched.model()).contains("first");
      assertThat(matched.rows().collectAsList())
          .extracting(Row::toString)
          .containsExactlyInAnyOrder("[a,a1]", "[z,\u00fc\n\u2028 ]", "[b,b3]", "[z#2,]");
    }
  }

  @Test
  void theFirstAnswerThatIsRefusedIsNamedWhereverExecutorsFindIt() {
    refused(
        of(answer("b", 1), answer("x", 2), answer("b", 3), answer("a", 4)),
        "a.jsonl:2: 'x' is no question of the custom files that source names");
    refused(
        of(answer("z", 1), answer("z", 2), answer("b", 3), answer("z", 4), answer("x", 5)),
        "a.jsonl:4: question 'z' is answered in a.jsonl:2 already");
    refused(
        of(answer("z", 1), answer("z", 2).withPrompt(Optional.of("Is it red?")), answer("a", 3)),
        "a.jsonl:2: its prompt is 'Is it red?', but question 'z' of the custom files that source"
            + " names is 'Is it blue?'; are these answers to other questions?");
    refused(
        of(answer("b", 1).withTruth(Optional.of("no"))),
        "a.jsonl:1: the right answer to 'b' is 'no' here, but 'yes' in the files that source"
            + " names; are they of one release?");
  }

  @Test
  void anInvalidPlaceIsNamedUnlessAnAnswerBeforeItIsRefused() {
    refused(
        sink -> {
          sink.accept(answer("b", 1));
          throw new DataException("a.jsonl:2: no JSON");
        },
        "a.jsonl:2: no JSON");
    refused(
        sink -> {
          sink.accept(answer("b", 1));
          sink.accept(answer("b", 2));
          throw new DataException("a.jsonl:3: no JSON");
        },
        "a.jsonl:2: question 'b' is answered in a.jsonl:1 already");
  }

  @Test
  void noAnswersAreNone() throws IOException {
    assertThat(MatchedAnswers.read(LocalSpark.session(), asked(), of()).count()).isZero();
    assertThat(staged(of()).count()).isZero();
  }

  @Test
  @Tag("slow")
  void theDriverHoldsNoneOfTheAnswersToManyQuestions() throws IOException {
    int many = QuestionSet.MOST_HELD + 5;
    Path file =
        Files.write(
            folder.resolve("q.jsonl"),
            IntStream.range(0, many)
                .mapToObj("{\"question_id\": %d, \"text\": \"a\"}"::formatted)
                .toList());
    List<WeakReference<String>> texts = new ArrayList<>();
    try (QuestionSet asked =
        QuestionSet.read(
            LocalSpark.session(),
            Benchmarks.named("custom"),
            new SourceFiles(List.of(Reading.path(file)), new Configuration(false)),
            Optional.of(Reading.path(folder.resolve("out"))))) {
      MatchedAnswers matched =
          MatchedAnswers.read(
              LocalSpark.session(),
              asked,
              sink -> {
                for (int i = 0; i < many; i++) {
                  GivenAnswer answer = answer(Integer.toString(i), i);
                  texts.add(new WeakReference<>(answer.text()));
                  sink.accept(answer);
                }
                System.gc();
                assertThat(texts.stream().filter(text -> text.get() != null).count())
                    .isLessThan(FEW);
              });

      assertThat(matched.count()).isEqualTo(many);
      assertThat(matched.rows().where("answer = concat(question_id, question_id)").count())
          .isEqualTo(many);
    }
    assertThat(folder.toFile().list()).containsExactly("q.jsonl");
  }
}
