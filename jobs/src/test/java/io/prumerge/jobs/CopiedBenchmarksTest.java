package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.FileBenchmark;
import io.prumerge.benchmark.file.InitialBenchmark;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.prepare.SplitContents;
import io.prumerge.run.MadeUpVideos;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of published benchmarks' files, which ask and score as the published ones do. */
class CopiedBenchmarksTest {

  private static final int FRAMES = 12;

  /** What the made-up rows of benchmarks call their videos. */
  private static final List<String> VIDEOS = List.of("a", "a.mp4", "7");

  @TempDir private static Path shared;

  @TempDir private Path folder;

  @BeforeAll
  static void write() throws IOException {
    OfficialFiles.write(shared);
    for (BenchmarkFixture fixture : files().toList()) {
      for (String video : fixture.benchmark().showsVideos() ? VIDEOS : List.<String>of()) {
        frames(shared.resolve(fixture.toString()).resolve("images").resolve(video));
      }
    }
  }

  private static void frames(Path video) throws IOException {
    Files.createDirectories(video);
    Files.writeString(video.resolve("frames.json"), "{\"fps\": 3, \"count\": " + FRAMES + "}");
    for (int i = 0; i < FRAMES; i++) {
      Files.write(video.resolve(i + 1 + ".png"), MadeUpVideos.frame(1, i));
    }
  }

  static Stream<BenchmarkFixture> files() {
    return Stream.of(BenchmarkFixture.values())
        .filter(fixture -> fixture.benchmark() instanceof FileBenchmark);
  }

  @Test
  void everyFileIsCopied() {
    assertThat(files().map(BenchmarkFixture::toString))
        .containsExactlyElementsOf(InitialBenchmark.copied());
  }

  @ParameterizedTest
  @MethodSource("files")
  void aCopyWordsAndJudgesTheSame(BenchmarkFixture fixture) throws IOException {
    FileBenchmark published = (FileBenchmark) fixture.benchmark();
    FileBenchmark mine = (FileBenchmark) NamedBenchmark.of(copy(fixture));

    assertThat(mine.name()).isEqualTo("mine");
    assertThat(mine.definition()).as("says itself which parsers it has").hasValue(mine.text());
    assertThat(comments(mine)).containsExactlyElementsOf(comments(published));
    for (String prompts : published.promptNames()) {
      assertThat(questions(mine, prompts, fixture))
          .as(prompts)
          .isNotEmpty()
          .isEqualTo(questions(published, prompts, fixture));
    }
    List<BenchmarkQuestion> questions =
        questions(published, published.promptNames().iterator().next(), fixture);
    assertThat(mine.profiles()).isEqualTo(published.profiles());
    for (String profile : published.profiles()) {
      assertThat(mine.metrics(profile)).as(profile).isEqualTo(published.metrics(profile));
      if (published.corpus(profile).isEmpty()) {
        assertThat(scores(mine, profile, questions))
            .as(profile)
            .isEqualTo(scores(published, profile, questions));
      }
    }
  }

  /**
   * One of each kind that questions and scores, which are the same, do not tell: units of several
   * questions, scores by a corpus, and videos.
   */
  @ParameterizedTest
  @Tag("spark")
  @Tag("slow")
  @EnumSource(names = {"COCO_CAPTION", "HALLUSIONBENCH", "MVBENCH"})
  void aCopyHasTheSameHashesAndFigures(BenchmarkFixture fixture) throws IOException {
    FileBenchmark published = (FileBenchmark) fixture.benchmark();
    String copy = copy(fixture);

    assertThat(prepared(fixture, copy)).isEqualTo(prepared(fixture, fixture.toString()));
    Path answers =
        answers(questions(published, published.promptNames().iterator().next(), fixture));
    for (String profile : published.profiles()) {
      boolean first = profile.equals(published.profiles().get(0));
      if (first || published.corpus(profile).isPresent()) {
        assertThat(scored(fixture, copy, profile, answers))
            .as(profile)
            .isEqualTo(scored(fixture, fixture.toString(), profile, answers));
      }
    }
  }

  /** Copies a file under the name mine, and returns the copy's path. */
  private String copy(BenchmarkFixture fixture) {
    String copy = folder.resolve("mine.yaml").toString();
    CommandLineRun run = done("init-benchmark", "--like", fixture.toString(), "--output", copy);
    assertThat(run.out().strip()).isEqualTo("Copied " + fixture + " as mine; look at " + copy);
    return copy;
  }

  private static List<String> comments(FileBenchmark benchmark) {
    return benchmark.text().lines().filter(line -> line.contains("#")).toList();
  }

  private static CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static List<BenchmarkQuestion> questions(
      Benchmark benchmark, String prompts, BenchmarkFixture fixture) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(
        Reading.source(fixture.sources(shared).stream().map(Path::of).toArray(Path[]::new)),
        benchmark.prompts(Optional.of(prompts)),
        questions::add);
    return questions;
  }

  /** Returns the scores of right answers, letters and words of yes and no. */
  private static List<Benchmark.Score> scores(
      Benchmark benchmark, String profile, List<BenchmarkQuestion> questions) {
    return questions.stream()
        .flatMap(
            question ->
                Stream.of(
                        question.answers().stream(),
                        question.options().stream(),
                        Stream.of("A", "b.", "The answer is (B)", "yes", "No, it is not.", "60"))
                    .flatMap(texts -> texts)
                    .map(answer -> benchmark.score(profile, answer, question.reference())))
        .toList();
  }

  /** Prepares a table and returns its digests as its manifest has them, but without the name. */
  private SplitContents prepared(BenchmarkFixture fixture, String benchmark) {
    String table = folder.resolve("of-" + benchmark.length()).toString();
    List<String> arguments = new ArrayList<>(List.of("prepare", "--benchmark", benchmark));
    arguments.addAll(List.of("--output", table, "--source"));
    arguments.addAll(fixture.sources(shared));
    if (fixture.benchmark().showsVideos()) {
      arguments.addAll(List.of("--frames-by", "lmms-eval", "--frames", "2"));
    }
    CommandLineRun run = done(arguments.toArray(String[]::new));
    assertThat(run.problems()).isEmpty();
    Iterator<Row> rows =
        ExampleKeys.sorted(
            ExampleKeys.named(Table.EXAMPLES.read(LocalSpark.session(), List.of(table))), 1);
    List<Row> unnamed = new ArrayList<>();
    rows.forEachRemaining(
        row -> {
          Object[] values = new Object[row.length()];
          for (int i = 1; i < values.length; i++) {
            values[i] = row.get(i);
          }
          values[0] = "";
          unnamed.add(RowFactory.create(values));
        });
    return SplitContents.all(unnamed.iterator()).get(0);
  }

  private Path answers(List<BenchmarkQuestion> questions) throws IOException {
    List<String> lines = new ArrayList<>(List.of("question_id,text"));
    for (BenchmarkQuestion question : questions) {
      lines.add(question.id() + "," + (lines.size() % 2 == 0 ? "B" : "A dog and a cat"));
    }
    return Files.write(folder.resolve("answers.csv"), lines);
  }

  /** Scores answers, and returns what is printed without the benchmark's name. */
  private static ObjectNode scored(
      BenchmarkFixture fixture, String benchmark, String profile, Path answers) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("score", "--benchmark", benchmark, "--json"));
    arguments.addAll(List.of("--profile", profile));
    arguments.addAll(List.of("--answers", answers.toString(), "--source"));
    arguments.addAll(fixture.sources(shared));
    ObjectNode printed =
        (ObjectNode) new ObjectMapper().readTree(done(arguments.toArray(String[]::new)).out());
    printed.remove("benchmark");
    return printed;
  }
}
