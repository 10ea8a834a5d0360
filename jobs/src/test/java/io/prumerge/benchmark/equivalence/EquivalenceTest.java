package io.prumerge.benchmark.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.source.ImagePlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A published benchmark that is a file reads, words, scores, hands in and refuses what the class
 * does that it replaces, over every layout, split, wording and profile of made-up files. Figures
 * are functions of what is compared: scores, groups and the rules of the figures.
 *
 * <p>Each benchmark is held against itself, too, where nothing may differ, and one against others
 * that differ in one thing.
 */
@Tag("spark")
class EquivalenceTest {

  /** One of JSON files and one of tables: each is held against itself. */
  private static final List<String> NAMES = List.of("gqa", "textvqa");

  /**
   * What files say and classes did not: where their data are on the hub, and their parsers; of
   * POPE's data, the name of the split.
   */
  private static final Pattern SAYS_MORE =
      Pattern.compile(
          "^(?:data on the hub was 'Optional.empty'|parsers, [a-z-]+ was '\\[]'"
              + "|data on the hub was '(.*)data/\\*(.*)', is now '\\1\\*test-\\*\\2')");

  /**
   * Damages that the engine of files reads in its own way, as of users' files: numbers are texts; a
   * row without a question is left out; an id may be any, but comes once; any number of people may
   * answer; a table without a column is another table; a file without rows is refused; a key of a
   * row that is none is not told; and a question that GQA's other file lacks refuses the files.
   */
  private static final Pattern ENGINES_OWN =
      Pattern.compile(
          ", (?:(?:every|last) /\\S+ is .+|without the column \\w+|the first twice|empty): prompts "
              + "|last is 7: prompts llava, (?:ids left out|rows left out without an id) was "
              + "|^gqa, LLaVA's .*_questions.json, without the (?:first|last): prompts ");

  /**
   * What files tell otherwise: counts of a table's rows under its name, which GQA's class did not
   * say; the split in the names of POPE's files; and in the engine's words why its rows are left
   * out.
   */
  private static final Pattern TELLS_OTHERWISE =
      Pattern.compile(
          " was '(.*)\\[SideCounts\\[file=the table of images, (.+)]](.*)',"
              + " is now '\\1\\[SideCounts\\[file=[a-z_/]+ \\(1 file\\), \\2]]\\3'$"
              + "|^pope, .*, splits read was '\\[]', is now '\\[test]'$"
              + "|^pope, .*, rows was '(.*)reasons=\\{.+}(.*)', is now '\\4reasons=\\{.+}\\5'$");

  @TempDir private Path folder;

  /**
   * Each class that a file replaces, and the file's benchmark, while both are there: {@code
   * Arguments.of(new VizWizBenchmark(), Benchmarks.KNOWN.named("vizwiz"))}, which is the file's as
   * soon as that is published.
   */
  static Stream<Arguments> moved() {
    return Stream.of();
  }

  /** Returns all layouts; of a benchmark that is held against itself, the first is enough. */
  private static List<Layout> layouts(Benchmark former, Benchmark now) {
    List<Layout> layouts = Layout.of(former.name());
    return former == now ? layouts.subList(0, 1) : layouts;
  }

  static Stream<Arguments> pairs() {
    return Stream.concat(
        NAMES.stream().map(Benchmarks.KNOWN::named).map(one -> Arguments.of(one, one)), moved());
  }

  private Equivalence equivalence(Benchmark former, Benchmark now) {
    return new Equivalence(former, now, folder);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theySayTheSame(Benchmark former, Benchmark now) {
    assertThat(equivalence(former, now).inWords())
        .filteredOn(one -> former == now || !SAYS_MORE.matcher(one).find())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theyDoTheSame(Benchmark former, Benchmark now) throws IOException {
    List<String> differences = new ArrayList<>();
    for (Layout layout : layouts(former, now)) {
      differences.addAll(equivalence(former, now).in(layout));
    }
    assertThat(differences)
        .filteredOn(one -> former == now || !TELLS_OTHERWISE.matcher(one).find())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theyRefuseTheSame(Benchmark former, Benchmark now) throws IOException {
    List<String> differences = new ArrayList<>();
    for (Layout layout : layouts(former, now)) {
      differences.addAll(equivalence(former, now).inDamaged(layout));
    }
    assertThat(differences)
        .filteredOn(one -> former == now || !ENGINES_OWN.matcher(one).find())
        .filteredOn(one -> former == now || !TELLS_OTHERWISE.matcher(one).find())
        .isEmpty();
  }

  /** Tables that one benchmark makes twice show that nothing else is in their hashes. */
  static Stream<Arguments> tables() {
    return Stream.concat(Stream.of(Arguments.of(vizWiz(), vizWiz())), moved());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void theirTablesHaveTheSameHashes(Benchmark former, Benchmark now) throws IOException {
    List<String> differences = new ArrayList<>();
    for (Layout layout : layouts(former, now)) {
      differences.addAll(equivalence(former, now).inTables(LocalSpark.session(), layout));
    }
    assertThat(differences)
        .filteredOn(one -> former == now || !TELLS_OTHERWISE.matcher(one).find())
        .isEmpty();
  }

  private static Benchmark vizWiz() {
    return Benchmarks.KNOWN.named("vizwiz");
  }

  /** Official questions, which have answers, of the default split. */
  private static Layout official() {
    return Layout.of("vizwiz").stream()
        .filter(layout -> layout.name().equals("official, train"))
        .map(
            layout ->
                new Layout(
                    layout.benchmark(),
                    layout.name(),
                    List.of(""),
                    layout.files(),
                    layout.pictures()))
        .findFirst()
        .orElseThrow();
  }

  private static Benchmark reading(UnaryOperator<BenchmarkQuestion> change) {
    return ChangedBenchmark.reading(vizWiz(), questions -> questions.stream().map(change).toList());
  }

  private static BenchmarkQuestion with(BenchmarkQuestion question, Reference reference) {
    return new BenchmarkQuestion(
        question.id(), question.image(), question.prompt(), question.maxNewTokens(), reference);
  }

  private List<String> found(Benchmark other) throws IOException {
    return equivalence(vizWiz(), other).in(official());
  }

  @Test
  void otherQuestionsAreFound() throws IOException {
    List<String> differences =
        found(
            reading(
                question ->
                    new BenchmarkQuestion(
                            question.id() + "x",
                            Optional.of(new ImagePlace.InFolder("VizWiz_train_00000009.jpg")),
                            question.prompt() + " ",
                            question.maxNewTokens(),
                            new Reference(
                                question.question(),
                                "other",
                                question.answers(),
                                question.options(),
                                question.extra()))
                        .with("number", "0")
                        .with(BenchmarkQuestion.GROUPS, "new")));
    for (String what :
        List.of(
            "question 0, id was 'VizWiz_train_00000012.jpg', is now",
            "prompts lmms-eval, question 2, prompt was",
            "question 0, image was",
            "question 0, key was '12', is now '9'",
            "question 0, further values was",
            "kind of new was 'null', is now 'category'",
            "question 1, category was 'unanswerable', is now 'other'")) {
      assertThat(differences).anyMatch(one -> one.contains(what));
    }
  }

  @Test
  void otherAnswersAndAnotherOrderAreFound() throws IOException {
    List<String> answers =
        found(
            reading(
                question ->
                    with(
                        question,
                        new Reference(
                            question.question(),
                            question.category(),
                            question.answers().stream().map(text -> text + "s").toList(),
                            question.options(),
                            question.extra()))));
    assertThat(answers)
        .anyMatch(one -> one.contains("question 0, answers was '[basil leaves, "))
        .anyMatch(one -> one.contains("question 0, 'basil leaves' scored by official was "));

    assertThat(
            found(
                ChangedBenchmark.reading(
                    vizWiz(),
                    questions -> {
                      Collections.reverse(questions);
                      return questions;
                    })))
        .anyMatch(one -> one.contains("question 0, id was "))
        .anyMatch(one -> one.contains("submission, vizwiz_results.json was "));
  }

  @Test
  void otherScoresFiguresAndSubmissionsAreFound() throws IOException {
    assertThat(
            found(
                ChangedBenchmark.in(
                    vizWiz(),
                    "score",
                    (score, arguments) ->
                        arguments[0].equals("lmms-eval") ? new Score("", true, 0) : score)))
        .isNotEmpty()
        .allMatch(one -> one.contains("scored by lmms-eval was 'Score["));
    assertThat(
            equivalence(
                    vizWiz(),
                    ChangedBenchmark.in(
                        vizWiz(),
                        "metrics",
                        (rules, arguments) ->
                            List.of(MetricRule.averaged("accuracy", Statistic.MEAN))))
                .inWords())
        .hasSize(2)
        .allMatch(one -> one.startsWith("figures, "));
    assertThat(
            found(
                ChangedBenchmark.in(
                    vizWiz(), "submission", (submission, arguments) -> Optional.empty())))
        .anyMatch(one -> one.contains("submission, vizwiz_results.json was '[{"));
    assertThat(
            found(
                ChangedBenchmark.in(
                    vizWiz(),
                    "answerFormats",
                    (formats, arguments) -> ((List<?>) formats).subList(1, 2))))
        .anyMatch(one -> one.contains("submission again, vizwiz_results.json was '[GivenAnswer["));
  }

  /** One that reads on where the other one refuses the file. */
  @Test
  void filesThatAreNotRefusedAreFound() throws IOException {
    Benchmark other =
        ChangedBenchmark.reading(
            vizWiz(), questions -> questions.subList(0, Math.min(5, questions.size())));

    assertThat(equivalence(vizWiz(), other).inDamaged(official()))
        .anyMatch(
            one ->
                one.startsWith(
                    "vizwiz, official, train, train.json, without the last: prompts llava,"));
  }
}
