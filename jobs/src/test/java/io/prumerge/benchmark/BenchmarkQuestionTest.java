package io.prumerge.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Benchmark.Reference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BenchmarkQuestionTest {

  @Test
  void furtherValuesHaveOneOrderInEveryJvm() {
    Map<String, String> extra = Map.of("d", "1", "b", "2", "e", "3", "a", "4", "c", "5");
    BenchmarkQuestion question =
        new BenchmarkQuestion(
            "1",
            Optional.empty(),
            "prompt",
            OptionalInt.empty(),
            new Reference("question", "category", List.of(), List.of(), extra));
    assertThat(question.extra().keySet()).containsExactly("a", "b", "c", "d", "e");
    assertThat(question.with("aa", "6").extra().keySet())
        .containsExactly("a", "aa", "b", "c", "d", "e");
  }
}
