package stranger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.prumerge.benchmark.AnswerRuleFactory;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.file.AddedJars;
import io.prumerge.benchmark.file.BenchmarkFile;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Problems;
import io.prumerge.console.UsageException;
import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that come in jars of their own. */
class AddedRuleTest {

  private static final String FILE =
      """
      name: shop
      data: shop.csv
      columns: {question: question, answers: answer, options: choices}
      score:
        word: {rule: first-word, ignore_case: true}
        exact: {rule: exact}
        both: {rule: letter, parser: letters, open: {rule: first-word}}
      """;

  @TempDir private Path folder;

  private Path jar() throws IOException {
    return OwnJar.of(folder.resolve("one/own.jar"));
  }

  private Path changed(String from, String to) throws IOException {
    return OwnJar.of(folder.resolve("other/own.jar"), from, to);
  }

  private static Reference reference(String... answers) {
    return new Reference("What?", "default", List.of(answers), List.of(), Map.of());
  }

  private static Benchmark shop() {
    return Benchmarks.of(Map.of("shop", FILE)).named("shop");
  }

  @Test
  void aFileNamesItAsItNamesOurs() throws Exception {
    StrangersJar.seen(
        jar(),
        () -> {
          Benchmark shop = shop();
          assertThat(shop.score("word", "Red car", reference("blue", "red")))
              .isEqualTo(new Score("Red", false, 1));
          assertThat(shop.score("both", "Red car", reference("red")).value())
              .as("for questions without options, with case")
              .isZero();
          assertThat(shop.score("exact", "Red car", reference("red")).value()).isZero();
          assertThat(shop.score("word", "", reference("red"))).isEqualTo(new Score("", true, 0));
          assertThat(shop.parsers("word")).isEmpty();
          assertThat(shop.parsers("both")).containsExactly("letters");
          assertThat(shop.metrics("word")).extracting("name").containsExactly("accuracy");
          assertThat(AnswerRules.names()).contains("exact", "first-word", "vqa");
          assertThat(AnswerRules.keys("first-word")).containsExactly("ignore_case");
        });
  }

  @Test
  void withoutItsJarItIsUnknown() {
    assertThatThrownBy(() -> BenchmarkFile.parse(FILE, "shop.yaml"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("shop.yaml:5: score.word: Unknown rule 'first-word'; known: anls, ")
        .hasMessageContaining(
            ", yes-no; a rule of your own needs its jar in spark.jars; shop.yaml:7:");
  }

  @Test
  void whatItDoesNotKnowIsRefusedWithTheNearName() throws Exception {
    StrangersJar.seen(
        jar(),
        () -> {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> AnswerRules.of("first-words", Map.of()))
              .withMessageContaining(", first-word, ")
              .withMessageEndingWith("; did you mean first-word?");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> AnswerRules.of("first-word", Map.of("ignore_cases", true)))
              .withMessage(
                  "Unknown key of the rule first-word 'ignore_cases'; known: ignore_case; did you"
                      + " mean ignore_case?");
          assertThatThrownBy(() -> BenchmarkFile.parse(FILE.replace("true", "maybe"), "shop.yaml"))
              .hasMessageContaining(
                  "shop.yaml:5: score.word: ignore_case must be true or false, it is 'maybe'");
        });
  }

  @Test
  void listsTheProfilesOfAFileThatNamesIt() throws Exception {
    Path file = Files.writeString(folder.resolve("shop.yaml"), FILE);
    Files.writeString(folder.resolve("shop.csv"), "question,answer,choices\nWhat?,red,\n");
    StrangersJar.seen(
        jar(),
        () -> {
          CommandLineRun run = CommandLineRun.of("list", "profiles", "--benchmarks", "" + file);
          assertThat(run.code()).as(run.err()).isZero();
          assertThat(run.out()).containsPattern("word +shop +shop");
        });
  }

  @Test
  void aNameOfOursIsRefusedWithBothPlaces() throws Exception {
    Path jar = changed("first-word", "exact");
    StrangersJar.seen(
        jar,
        () -> {
          assertThatThrownBy(
                  () -> BenchmarkFile.parse(FILE.replace("first-word", "vqa"), "shop.yaml"))
              .isInstanceOf(UsageException.class)
              .hasMessageContaining(
                  "Cannot use the rule 'exact' of elsewhere.FirstWord in "
                      + jar
                      + ": this program has a rule of that name"
                      + " (io.prumerge.benchmark.rule.AnswerRules in ")
              .hasMessageContaining("); give it another name, or leave out its jar");
          assertThat(Benchmarks.KNOWN.named("chartqa").score("vlmevalkit", "2", reference("2")))
              .as("ours are ours")
              .isEqualTo(new Score("2", false, 1));
        });
  }

  @Test
  void twoJarsWithOneNameAreRefused() throws Exception {
    Path other = StrangersJar.of(folder, AnswerRuleFactory.class, FirstWord.class);
    StrangersJar.seen(
        other,
        () ->
            StrangersJar.seen(
                jar(),
                () ->
                    assertThatIllegalArgumentException()
                        .isThrownBy(() -> AnswerRules.of("first-word", Map.of()))
                        .withMessage(
                            "Cannot use rule 'first-word': several classes offer it:"
                                + " elsewhere.FirstWord, stranger.FirstWord; leave out the jar of"
                                + " all but one")));
  }

  @Test
  void aKeyOfEveryProfileIsRefused() throws Exception {
    StrangersJar.seen(
        changed("\"ignore_case\"", "\"headline\""),
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> AnswerRules.of("first-word", Map.of()))
                .withMessage(
                    "Cannot use the rule 'first-word': the key 'headline' of elsewhere.FirstWord is"
                        + " one of every profile; name it otherwise"));
  }

  @Test
  void itsParserIsShownBesideTheFigures() throws Exception {
    StrangersJar.seen(
        changed("\"ignore_case\");\n  }", "\"ignore_case\", \"parser\");\n  }"),
        () -> {
          assertThat(AnswerRules.of("first-word", Map.of("parser", "words")).parsers())
              .containsExactly("words");
          assertThat(AnswerRules.of("first-word", Map.of()).parsers()).isEmpty();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return null; | it gave no score of 'red'",
        "throw new UnsupportedOperationException(answer); | it failed with"
            + " java.lang.UnsupportedOperationException: red",
        "return new Score(answer, false, 2); | it failed with java.lang.IllegalArgumentException: A"
            + " score lies in 0..1, this one is 2.0",
        "return new Score(answer, false, 1,"
            + " java.util.Map.of(io.prumerge.benchmark.Addend.values()[0], 1.0)); | a jar's rule"
            + " gives no sums: ",
        "return create(settings).score(answer, reference); | it failed with"
            + " java.lang.StackOverflowError",
        "assert false; throw new AssertionError(\"no\"); | it failed with java.lang.AssertionError:"
            + " no",
      })
  void aRuleThatGivesNoScoreFailsByItsName(String body, String why) throws Exception {
    Path jar =
        changed("String word = ", "if (answer.equals(\"red\")) { " + body + " }\n String word = ");
    StrangersJar.seen(
        jar,
        () -> {
          ProfileRule rule = AnswerRules.of("first-word", Map.of());
          assertThat(rule.score("blue", reference("blue")).value()).isEqualTo(1);
          Throwable failure = catchThrowable(() -> rule.score("red", reference("red")));
          assertThat(Problems.line(new RuntimeException("of Spark", failure)))
              .startsWith(
                  "Cannot score by the rule 'first-word' of elsewhere.FirstWord in "
                      + jar
                      + ": "
                      + why)
              .endsWith("; mend its jar");
        });
  }

  @ParameterizedTest
  @CsvSource({"return null, it made none", "throw new IllegalStateException(), it failed with"})
  void aFactoryThatMakesNoneFailsByItsName(String body, String why) throws Exception {
    StrangersJar.seen(
        changed(
            "boolean anyCase",
            "if (settings.has(\"ignore_case\")) { " + body + "; }\n boolean anyCase"),
        () ->
            assertThatThrownBy(() -> AnswerRules.of("first-word", Map.of("ignore_case", true)))
                .hasMessageContaining(why));
  }

  /** As in a session to which another version of the jar was given. */
  @Test
  void eachJarsOwnRuleScoresWhereItIsSeen() throws Exception {
    Path one = jar();
    Path other = changed("right ? 1 : 0", "right ? 0.5 : 0");
    for (int round = 0; round < 2; round++) {
      StrangersJar.seen(
          one,
          () -> assertThat(shop().score("word", "red", reference("red")).value()).isEqualTo(1));
      StrangersJar.seen(
          other,
          () -> assertThat(shop().score("word", "red", reference("red")).value()).isEqualTo(0.5));
    }
  }

  @Test
  void itsJarIsKnownByItsHash() throws Exception {
    Path one = jar();
    String own = Sha256.hex(Files.readAllBytes(one));
    Path other = changed("right ? 1 : 0", "right ? 0.5 : 0");
    StrangersJar.seen(
        one, () -> assertThat(AddedJars.of(shop())).isEqualTo(Map.of("rule first-word", own)));
    StrangersJar.seen(
        other,
        () -> {
          assertThat(AddedJars.of(Benchmarks.of(Map.of("shop", FILE)), List.of("pope", "shop")))
              .isEqualTo(Map.of("rule first-word", Sha256.hex(Files.readAllBytes(other))));
          assertThat(AddedJars.reading(shop())).doesNotContain(own);
        });
    Benchmark pope = Benchmarks.KNOWN.named("pope");
    assertThat(AddedJars.of(pope)).isEmpty();
    assertThat(AddedJars.of(Benchmarks.KNOWN.named("chartqa"))).isEmpty();
    assertThat(AddedJars.reading(pope)).matches("[0-9a-f]{64}");
  }

  @Test
  void aBenchmarksJarIsKnownByItsHash() throws Exception {
    assertThat(AddedJars.of(new HowManyBenchmark()).get("benchmark how-many"))
        .matches("[0-9a-f]{64}");
  }
}
