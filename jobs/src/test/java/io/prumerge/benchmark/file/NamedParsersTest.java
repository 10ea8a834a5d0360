package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users' files that name no parser become, before anything keeps a copy of them. */
class NamedParsersTest {

  private static final String START = "name: own\ndata: q.csv\ncolumns: {question: q}\n";

  private static final String LETTER = AnswerRules.newParser("letter", Map.of()).orElseThrow();
  private static final String YES_NO = AnswerRules.newParser("yes-no", Map.of()).orElseThrow();

  @TempDir private Path folder;

  private static String named(String text) {
    return NamedParsers.in(text, "own.yaml").text();
  }

  /** Each {@code @} stands where {@code parser: NAME} is put in. */
  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("score: {a: {rule: letter@, answers_are: text}}  # kept"),
        Arguments.of("score: {a: {rule: letter@}, b: {rule: yes-no@2}}\r\n"),
        Arguments.of("score:\n  a: {answers_are: text, rule: 'letter'@ }\n"),
        Arguments.of("score: {\"a\": {\"rule\": \"letter\"@, \"answers_are\": \"text\"}}"),
        Arguments.of("score:\n  a:  # one\n    rule: letter  # two\n@    answers_are: text # 3\n"),
        Arguments.of("score:\r\n  a:\r\n      rule: letter\r\n@      answers_are: text\r\n"),
        Arguments.of("score:\n  a:\n    answers_are: text\n    rule: letter@"),
        Arguments.of("score:\n  a: {rule: letter@, open: {rule: yes-no@2}}\n"),
        Arguments.of(
            "score:\n  a:\n    open: {rule: letter@}\n    parser: mmmu\n    rule: letter\n"),
        Arguments.of(
            "score:\n  a:\n    rule: letter\n@    open:\n      rule: yes-no\n@2figures: {b: {}}"),
        Arguments.of("score:\n  a: &one {rule: letter@}\n  b: *one\n"),
        Arguments.of("score:\n  a:\n    ? rule\n    : letter\n@    answers_are: text\n"),
        Arguments.of("score:\n  a:\n    rule:\n      letter\n@    answers_are: text\n"),
        Arguments.of("score:\n  a: {\n    rule:\n      letter@,  # why\n    answers_are: text}\n"),
        Arguments.of("# \uD83D\uDE00 \u00e4\nscore: {a: {rule: letter@}}\n"),
        Arguments.of("score:\n  a: {rule: letter, parser: mmmu}\n  b: {rule: exact}\n"),
        Arguments.of("score:\n  a:\n    rule: letter\n@    open: {rule: exact}"),
        Arguments.of("prompts: '{question}'\n"));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void onlyTheParsersArePutIn(String form) {
    String lineBreak = form.contains("\r\n") ? "\r\n" : "\n";
    StringBuilder expected = new StringBuilder();
    StringBuilder given = new StringBuilder();
    for (int i = 0; i < form.length(); i++) {
      if (form.charAt(i) != '@') {
        given.append(form.charAt(i));
        expected.append(form.charAt(i));
        continue;
      }
      boolean second = form.startsWith("@2", i);
      String parser = "parser: " + (second ? YES_NO : LETTER);
      boolean line = i > 0 && form.charAt(i - 1) == '\n';
      boolean last = form.startsWith("rule: letter@", i - 12) && i == form.length() - 1;
      if (line || last) { // below the line of the rule, as deep
        String above =
            given.toString().lines().filter(one -> one.contains("rule")).reduce((a, b) -> b).get();
        String indentation = above.substring(0, above.length() - above.stripLeading().length());
        expected.append(last ? lineBreak : "").append(indentation).append(parser);
        expected.append(last ? "" : lineBreak);
      } else {
        expected.append(", ").append(parser);
      }
      i += second ? 1 : 0;
    }

    String text = named(START + given);

    assertThat(text).isEqualTo(START + expected);
    assertThat(named(text)).as("named already").isEqualTo(text);
    assertThat(named("\uFEFF" + START + given)).isEqualTo("\uFEFF" + text);
    assertThat(BenchmarkFile.parse(text, "own.yaml").scoring().profiles().keySet())
        .isEqualTo(BenchmarkFile.parse(START + given, "own.yaml").scoring().profiles().keySet());
  }

  @Test
  void lettersAreDrawnByTheParserThatDrawsThem() {
    assertThat(named(START + "score: {a: {rule: letter, undecided: random}}"))
        .endsWith("score: {a: {rule: letter, parser: mmmu, undecided: random}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"  ? a\n  : rule: letter\n", "  ? a\n  : rule: letter # last"})
  void aFormThatTakesNoKeyIsLeftToItsUser(String rule) {
    assertThatThrownBy(() -> named(START + "score:\n" + rule))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("write them yourself: score.a.parser: " + LETTER);
  }

  @ParameterizedTest
  @MethodSource("io.prumerge.benchmark.file.PublishedFilesTest#names")
  void publishedFilesNameThem(String benchmark) {
    assertThat(NamedParsers.in(PublishedFiles.text(benchmark + ".yaml"), benchmark).note(benchmark))
        .isEmpty();
  }

  private Path file(String score) throws IOException {
    Files.writeString(folder.resolve("q.csv"), "q\nWhich?\n");
    return Files.writeString(folder.resolve("own.yaml"), START + score);
  }

  @Test
  void aNamedFileIsWhatItsCopiesAre() throws IOException {
    Benchmark benchmark = NamedBenchmark.of(file("score:\n  a:\n    rule: letter\n").toString());

    assertThat(benchmark.definition())
        .contains(START + "score:\n  a:\n    rule: letter\n    parser: " + LETTER + "\n");
    Benchmark copy = Benchmarks.with(benchmark).named("own");
    assertThat(copy.definition()).isEqualTo(benchmark.definition());
  }

  /** A copy that an earlier version kept is read as that version read it. */
  @Test
  void aCopyOfBeforeMeansWhatItMeant() {
    String text = START.replace("q}", "q, options: [A, B, C]}") + "score: {a: {rule: letter}}";
    Benchmark former = Benchmarks.of(Map.of("own", text)).named("own");
    Benchmark mmmu =
        Benchmarks.of(Map.of("own", text.replace("letter}", "letter, parser: mmmu}"))).named("own");
    Reference reference =
        new Reference("Which?", "", List.of("C"), List.of("one", "two", "three"), Map.of());

    assertThat(former.definition()).contains(text);
    for (String answer : List.of("C", "C. three", "(C)", "C) three", "Answer: C", "three")) {
      assertThat(former.score("a", answer, reference))
          .isEqualTo(mmmu.score("a", answer, reference));
    }
  }

  @Test
  void faultsKeepTheLinesOfTheUsersFile() throws IOException {
    Path own =
        Files.writeString(
            folder.resolve("late.yaml"),
            "name: own\nscore:\n  a:\n    rule: letter\ncolumns: {question: q}\ndata: none.csv\n");

    assertThatThrownBy(
            () -> NamedBenchmark.knownSources(NamedBenchmark.of(own.toString()), List.of()))
        .hasMessageContaining("late.yaml:6: data: ");
  }

  @Test
  void theNoteSaysWhatIsReadHow() throws IOException {
    FileBenchmark benchmark =
        (FileBenchmark)
            NamedBenchmark.of(file("score: {a: {rule: letter}, b: {rule: yes-no}}").toString());

    assertThat(benchmark.note())
        .hasValueSatisfying(
            note ->
                assertThat(note)
                    .startsWith("own.yaml names no parser: score.a is read by " + LETTER)
                    .contains(", score.b is read by " + YES_NO)
                    .endsWith("; write parser: NAME there to choose it yourself"));
    assertThat(
            ((FileBenchmark) NamedBenchmark.of(file("score: {b: {rule: exact}}").toString()))
                .note())
        .isEqualTo(Optional.empty());
  }
}
