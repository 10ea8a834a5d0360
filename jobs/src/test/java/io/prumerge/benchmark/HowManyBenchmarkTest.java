package io.prumerge.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of a benchmark works, and is the one that stands here. */
class HowManyBenchmarkTest {

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read(String... lines) throws IOException {
    Files.write(folder.resolve("how_many.jsonl"), List.of(lines));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    new HowManyBenchmark().read(PopeFiles.source(folder), PromptProfile.LLAVA, questions::add);
    return questions;
  }

  @Test
  void readsAndScores() throws IOException {
    List<BenchmarkQuestion> questions =
        read("{\"id\": 7, \"picture\": \"a.jpg\", \"ask\": \"How many cats?\", \"count\": \"2\"}");

    assertThat(questions).hasSize(1);
    BenchmarkQuestion question = questions.get(0);
    assertThat(question.prompt())
        .isEqualTo("How many cats?\nAnswer the question using a single word or phrase.");
    HowManyBenchmark benchmark = new HowManyBenchmark();
    assertThat(benchmark.score("official", "There are 2.", question.reference()))
        .isEqualTo(new Score("2", false, 1));
    assertThat(benchmark.score("official", "12", question.reference()).value()).isZero();
    assertThat(benchmark.score("official", "two", question.reference()))
        .isEqualTo(new Score("", true, 0));
  }

  @Test
  void refusesAnIdThatStandsThereTwice() {
    String line = "{\"id\": 7, \"picture\": \"a.jpg\", \"ask\": \"How many?\", \"count\": \"2\"}";
    assertThatThrownBy(() -> read(line, line))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("how_many.jsonl:2");
  }

  @Test
  void standsInTheReadme() throws IOException {
    Path root = Path.of(System.getProperty("project.root"));
    String source =
        Files.readString(
            root.resolve("jobs/src/test/java/io/prumerge/benchmark/HowManyBenchmark.java"));
    String code = source.substring(source.indexOf("/** Lines"));

    assertThat(Files.readString(root.resolve("README.md"))).contains(code);
  }
}
