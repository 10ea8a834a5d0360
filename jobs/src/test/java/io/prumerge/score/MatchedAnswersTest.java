package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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

  private static final LeftOutRows NONE = new LeftOutRows();

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
        Benchmarks.KNOWN.named("custom"),
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
    return staged(reading, NONE);
  }

  private MatchedAnswers staged(MatchedAnswers.Reading reading, LeftOutRows questions)
      throws IOException {
    return new MatchedAnswers.Staged(
            LocalSpark.session(),
            asked(),
            QuestionKey.OF_FILES,
            Reading.path(Files.createTempDirectory(folder, "questions")))
        .read(reading, new LeftOutAnswers(questions));
  }

  private static MatchedAnswers held(MatchedAnswers.Reading reading, LeftOutRows questions)
      throws IOException {
    return MatchedAnswers.read(
        LocalSpark.session(),
        asked(),
        QuestionKey.OF_FILES,
        0,
        reading,
        new LeftOutAnswers(questions));
  }

  private static MatchedAnswers.Reading of(GivenAnswer... answers) {
    return of(NONE, answers);
  }

  private static MatchedAnswers.Reading of(LeftOutRows unread, GivenAnswer... answers) {
    return sink -> {
      List.of(answers).forEach(sink);
      return unread;
    };
  }

  /** Rows that cannot be read, of which some say their ids. */
  private static LeftOutRows leftOut(int unnamed, String... ids) throws IOException {
    LeftOutRows rows = new LeftOutRows();
    for (int i = 0; i < unnamed; i++) {
      rows.add(new DataException("a.jsonl:9: no JSON"));
    }
    rows.<String>read(
        sink -> {
          List.of(ids).forEach(sink);
          List.of(ids).forEach(id -> sink.accept(""));
        },
        id -> {
          if (!id.isEmpty()) {
            throw new DataException("q.jsonl: no question");
          }
        },
        Optional::of);
    return rows;
  }

  /** Both ways refuse the same answer with the same words. */
  private void refused(MatchedAnswers.Reading reading, String why) {
    assertThat(catchThrowableOfType(DataException.class, () -> held(reading, NONE)))
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
                    "z", "", Optional.of("second"), Optional.empty(), Optional.empty(), "a.jsonl:4")
                .with(
                    new AnswerFacts(
                        Optional.of("[FAILED]"), OptionalInt.of(3), OptionalDouble.of(0.5))));

    for (MatchedAnswers matched : List.of(held(reading, NONE), staged(reading))) {
      assertThat(matched.count()).isEqualTo(4);
      assertThat(matched.model()).contains("first");
      assertThat(matched.rows().collectAsList())
          .extracting(Row::toString)
          .containsExactlyInAnyOrder(
              "[a,a1,null,null,null,null]",
              "[z,\u00fc\n\u2028 ,null,Is it \u00dcBER?,null,null]",
              "[b,b3,null,null,null,null]",
              "[z#2,null,logged_failure: [FAILED],null,3,0.5]");
    }
  }

  @Test
  void theFirstAnswerThatIsRefusedIsNamedWhereverExecutorsFindIt() {
    refused(
        of(answer("b", 1), answer("x", 2), answer("b", 3), answer("a", 4)),
        "a.jsonl:2: 'x' is no question of the custom files");
    refused(
        of(answer("z", 1), answer("z", 2), answer("b", 3), answer("z", 4), answer("x", 5)),
        "a.jsonl:4: question 'z' is answered in a.jsonl:2 already");
    refused(
        of(answer("z", 1), answer("z", 2).withPrompt(Optional.of("Is it red?")), answer("a", 3)),
        "a.jsonl:2: its prompt is 'Is it red?', but question 'z' of the custom files is"
            + " 'Is it blue?'; are these answers to other questions?");
    refused(
        of(answer("b", 1).withTruth(Optional.of("no"))),
        "a.jsonl:1: the right answer to 'b' is 'no' here, but 'yes' in the custom files;"
            + " are they of one release?");
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
  void answersToQuestionsThatWereLeftOutAreIgnored() throws IOException {
    for (LeftOutRows questions : List.of(leftOut(0, "x"), leftOut(1), leftOut(1, "x", "y"))) {
      MatchedAnswers.Reading reading =
          of(answer("b", 1), answer("x", 2), answer("x", 3), answer("a", 4));
      for (boolean driver : List.of(true, false)) {
        LeftOutAnswers leftOut = new LeftOutAnswers(questions);
        MatchedAnswers matched =
            driver
                ? MatchedAnswers.read(
                    LocalSpark.session(), asked(), QuestionKey.OF_FILES, 0, reading, leftOut)
                : new MatchedAnswers.Staged(
                        LocalSpark.session(),
                        asked(),
                        QuestionKey.OF_FILES,
                        Reading.path(Files.createTempDirectory(folder, "questions")))
                    .read(reading, leftOut);
        assertThat(matched.count()).isEqualTo(2);
        assertThat(matched.rows().collectAsList())
            .extracting(Row::toString)
            .containsExactlyInAnyOrder("[b,b1,null,null,null,null]", "[a,a4,null,null,null,null]");
        assertThat(leftOut.warning())
            .contains("2 answers are to questions that were left out, and are ignored");
      }
    }
  }

  @Test
  void answersToNoQuestionAreRefusedThoughOthersWereLeftOut() throws IOException {
    for (LeftOutRows questions : List.of(leftOut(0, "y"), leftOut(0, "y", "w"), leftOut(1, "y"))) {
      MatchedAnswers.Reading reading =
          of(answer("y", 1), answer("x", 2), answer("v", 3), answer("a", 4));
      String refused = questions.unnamed() == 0 ? "a.jsonl:2: 'x'" : "a.jsonl:3: 'v'";
      assertThat(catchThrowableOfType(DataException.class, () -> held(reading, questions)))
          .hasMessage(refused + " is no question of the custom files");
      assertThat(catchThrowableOfType(DataException.class, () -> staged(reading, questions)))
          .hasMessage(refused + " is no question of the custom files");
    }
  }

  @Test
  void answersWhoseOrderIsUncertainAreRefused() throws IOException {
    MatchedAnswers.Reading uncertain = of(leftOut(1), answer("z", 1), answer("b", 2));
    refused(
        uncertain,
        "Several questions are called 'z', so answers belong to them in their order, but a.jsonl:9:"
            + " no JSON");
    for (MatchedAnswers.Reading certain :
        List.of(
            of(leftOut(1), answer("z", 1), answer("z", 2)),
            of(answer("z", 1), answer("b", 2)),
            of(leftOut(1), answer("a", 1), answer("b", 2)))) {
      assertThat(held(certain, NONE).count()).isEqualTo(2);
      assertThat(staged(certain, NONE).rows().count()).isEqualTo(2);
    }
  }

  @Test
  void noAnswersAreNone() throws IOException {
    assertThat(held(of(), NONE).count()).isZero();
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
            Benchmarks.KNOWN.named("custom"),
            new SourceFiles(List.of(Reading.path(file)), new Configuration(false)),
            Optional.of(Reading.path(folder.resolve("out"))))) {
      MatchedAnswers matched =
          MatchedAnswers.read(
              LocalSpark.session(),
              asked,
              QuestionKey.OF_FILES,
              0,
              sink -> {
                for (int i = 0; i < many; i++) {
                  GivenAnswer answer = answer(Integer.toString(i), i);
                  texts.add(new WeakReference<>(answer.text()));
                  sink.accept(answer);
                }
                System.gc();
                assertThat(texts.stream().filter(text -> text.get() != null).count())
                    .isLessThan(FEW);
                return NONE;
              },
              new LeftOutAnswers(NONE));

      assertThat(matched.count()).isEqualTo(many);
      assertThat(matched.rows().where("answer = concat(question_id, question_id)").count())
          .isEqualTo(many);
    }
    assertThat(folder.toFile().list()).containsExactly("q.jsonl");
  }
}
