package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Numbers with signs that no keyboard has, and what only looks like a number, out of files. */
class NumberAnswersTest {

  private static final Path WAVE =
      Path.of(System.getProperty("project.root"), "jobs", "src", "test", "resources", "wave5");

  @Test
  void signsCountInAnswersAndInRightAnswers() throws IOException {
    FileBenchmark benchmark =
        new FileBenchmark(
            BenchmarkFile.parse(Files.readString(WAVE.resolve("num.yaml")), "num.yaml"),
            Optional.of(Reading.path(WAVE)));
    SourceFiles source = Reading.source(WAVE.resolve("num.csv"));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source, benchmark.prompts(Optional.empty()), questions::add);
    Map<String, String> answers =
        Reading.answers(benchmark, WAVE.resolve("num.answers.csv")).stream()
            .collect(Collectors.toMap(GivenAnswer::key, GivenAnswer::text));

    assertThat(questions)
        .extracting(
            question -> {
              Score score = benchmark.score("n", answers.get(question.id()), question.reference());
              return score.unparsed() ? "undecided" : score.value() == 1 ? "right" : "wrong";
            })
        .containsExactly(
            "right", "wrong", "undecided", "right", "right", "undecided", "right", "right");
  }
}
