package stranger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example to which jobs/BENCHMARKS.md leads works. */
class HowManyBenchmarkTest {

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read(String... lines) throws IOException {
    Files.write(folder.resolve("how_many.jsonl"), List.of(lines));
    return Reading.questions(new HowManyBenchmark(), folder);
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
  void comesByItsNameFromAJar() throws Exception {
    assertThatThrownBy(() -> Benchmarks.KNOWN.named("how-many"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Unknown benchmark 'how-many'; known: ai2d, chartqa, coco-caption,");
    StrangersJar.seen(
        StrangersJar.of(folder, Benchmark.class, HowManyBenchmark.class),
        () -> {
          assertThat(Benchmarks.KNOWN.named("how-many")).isInstanceOf(HowManyBenchmark.class);
          assertThat(Benchmarks.KNOWN.names()).contains("how-many", "pope");
        });
  }
}
