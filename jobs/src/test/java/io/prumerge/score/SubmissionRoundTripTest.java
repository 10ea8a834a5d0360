package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.Submission;
import io.prumerge.jobs.BenchmarkFixture;
import io.prumerge.jobs.OfficialFiles;
import io.prumerge.score.MatchedAnswers.QuestionsOfKey;
import io.prumerge.score.log.AnswerPlace;
import io.prumerge.score.log.LmmsEvalSubmission;
import io.prumerge.score.log.LogFiles;
import io.prumerge.score.log.LogReading;
import io.prumerge.score.log.QuestionIndex;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exported answers, whatever a model says, read again and scored as what was exported. */
class SubmissionRoundTripTest {

  private static final int ROUNDS = Integer.getInteger("fuzz.tries", 200) / 5;
  private static final int FIRST = Integer.getInteger("fuzz.first", 0) / 5;

  /** What parsers look for, and what file formats stumble over. */
  private static final String[] PIECES = {
    "A",
    "b",
    "C",
    "(B)",
    "D.",
    "The answer is A.",
    "A: ",
    "yes",
    "Yes",
    "No",
    "no,",
    "not",
    "star",
    "a star",
    "the",
    "two",
    "none",
    "dont",
    "1,000",
    "3.5",
    "a.b",
    ".",
    "..",
    ",",
    "?",
    "'",
    "\"",
    "/",
    "\\",
    "<",
    "&",
    "=1+1",
    "_x000D_",
    "{",
    "[",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u0000",
    "\u0001",
    "\u000b",
    "\u001f",
    "\u0085",
    "\u00a0",
    "\u2028",
    "\u3000",
    "\ufeff",
    "\ufffd",
    "\uffff",
    "é",
    "İ",
    "星",
    "😀"
  };

  @TempDir private static Path files;

  @TempDir private Path folder;

  private final Configuration hadoop = new Configuration();

  @BeforeAll
  static void write() throws IOException {
    OfficialFiles.write(files);
  }

  static Stream<BenchmarkFixture> handedIn() {
    return Arrays.stream(BenchmarkFixture.values()).filter(BenchmarkFixture::handedIn);
  }

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** A text as engines leave it: stripped, often empty, often the reference. */
  private static String text(BenchmarkFixture fixture, BenchmarkQuestion question, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(
          random.nextInt(5) == 0
              ? fixture.benchmark().gold(question.reference()).orElse("")
              : PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString().strip();
  }

  @ParameterizedTest
  @MethodSource("handedIn")
  @Tag("fuzz")
  void exportedAnswersScoreAsTheyDid(BenchmarkFixture fixture) throws IOException {
    Random random = new Random(fixture.ordinal());
    Benchmark benchmark = fixture.benchmark();
    List<org.apache.hadoop.fs.Path> paths =
        fixture.sources(files).stream().map(source -> path(Path.of(source))).toList();
    SourceFiles source = new SourceFiles(paths, hadoop);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source, PromptProfile.LLAVA, questions::add);
    Submission submission = benchmark.submission().orElseThrow().of(source);
    for (int round = 0; round < ROUNDS; round++) {
      List<AnsweredQuestion> answers =
          questions.stream()
              .map(question -> new AnsweredQuestion(question, text(fixture, question, random)))
              .toList();
      if (round < FIRST) {
        continue; // another tier has it
      }
      Path export = Files.createDirectory(folder.resolve(Integer.toString(round)));
      submission.write(answers.iterator(), path(export), hadoop);

      Map<String, String> again = new HashMap<>();
      Function<String, QuestionsOfKey> keys =
          QuestionsOfKey.all(benchmark, QuestionKey.OF_FILES, questions.iterator());
      new AnswerFiles(benchmark, benchmark.judging().isPresent(), Optional.empty())
          .read(
              List.of(new AnswerPlace("export", path(fixture.exported(export)))),
              hadoop,
              answer -> again.put(keys.apply(answer.key()).next(answer).id(), answer.text()));

      assertThat(again).hasSize(questions.size());
      for (AnsweredQuestion answered : answers) {
        BenchmarkQuestion question = answered.question();
        assertThat(read(fixture, question, again.get(question.id())))
            .as("'%s' to question %s", answered.answer(), question.id())
            .isEqualTo(read(fixture, question, answered.answer()));
      }
    }
  }

  /** Each question has a text, an empty one, an error or nothing, with what else may be known. */
  private static AnsweredQuestion answered(
      BenchmarkFixture fixture, BenchmarkQuestion question, Random random) {
    Optional<String> prompt =
        random.nextBoolean() ? Optional.of(question.prompt()) : Optional.empty();
    OptionalInt generated =
        random.nextBoolean() ? OptionalInt.of(random.nextInt(9)) : OptionalInt.empty();
    return switch (random.nextInt(8)) {
      case 0 -> new AnsweredQuestion(question, Optional.empty(), prompt, AnswerFacts.NONE);
      case 1 ->
          new AnsweredQuestion(
              question,
              Optional.empty(),
              prompt,
              new AnswerFacts(
                  Optional.of("image_missing: a"), OptionalInt.empty(), OptionalDouble.empty()));
      default ->
          new AnsweredQuestion(
              question,
              Optional.of(text(fixture, question, random)),
              prompt,
              new AnswerFacts(Optional.empty(), generated, OptionalDouble.empty()));
    };
  }

  @ParameterizedTest
  @EnumSource
  @Tag("fuzz")
  void samplesAreReadBackAsTheyWereAnswered(BenchmarkFixture fixture) throws IOException {
    Random random = new Random(fixture.ordinal());
    QuestionIds ids = new QuestionIds();
    List<BenchmarkQuestion> questions = new ArrayList<>();
    fixture
        .benchmark()
        .read(
            new SourceFiles(
                fixture.sources(files).stream().map(source -> path(Path.of(source))).toList(),
                hadoop),
            PromptProfile.LLAVA,
            question -> questions.add(question.withId(ids.next(question.id()))));
    for (int round = 0; round < ROUNDS; round++) {
      List<AnsweredQuestion> answers =
          questions.stream().map(question -> answered(fixture, question, random)).toList();
      if (round < FIRST || answers.stream().allMatch(SubmissionRoundTripTest::isMissing)) {
        continue;
      }
      Path export = Files.createDirectory(folder.resolve(Integer.toString(round)));
      new LmmsEvalSubmission("task", "model", Instant.EPOCH)
          .write(answers.iterator(), path(export), hadoop);

      Map<String, GivenAnswer> again = new HashMap<>();
      LogReading read =
          LogFiles.of(List.of(new AnswerPlace("export", path(export))), Optional.empty(), hadoop)
              .orElseThrow()
              .read(
                  QuestionIndex.of(questions.iterator()),
                  answer -> again.put(answer.key(), answer));

      assertThat(read.notes()).isEmpty();
      for (AnsweredQuestion one : answers) {
        GivenAnswer given = again.remove(one.question().id());
        assertThat(given == null).as(one.question().id()).isEqualTo(isMissing(one));
        if (given != null) {
          assertThat(given.text()).isEqualTo(one.answer());
          assertThat(given.prompt()).isEqualTo(one.prompt());
          assertThat(given.facts().generated()).isEqualTo(one.facts().generated());
          assertThat(given.facts().failure().isPresent())
              .isEqualTo(one.facts().failure().isPresent());
        }
      }
      assertThat(again).isEmpty();
    }
  }

  private static boolean isMissing(AnsweredQuestion one) {
    return one.said().isEmpty() && one.facts().failure().isEmpty();
  }

  /**
   * What becomes of an answer: its score, or where a judge or all answers' words score it the
   * answer itself.
   */
  private static Object read(BenchmarkFixture fixture, BenchmarkQuestion question, String answer) {
    return fixture.judged() || fixture.benchmark().corpus(fixture.profile()).isPresent()
        ? answer
        : fixture.benchmark().score(fixture.profile(), answer, question.reference());
  }
}
