package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChartQaWriterTest {

  @ParameterizedTest
  @EnumSource(Split.class)
  void asksThreeQuestionsAboutEveryChart(Split split) throws IOException {
    Generated generated = Generated.of(split);
    JsonNode rows =
        generated.json(
            "chartqa/%s_augmented.json".formatted(split == Split.TEST ? "test" : "train"));
    Map<String, Set<String>> asked = new HashMap<>();
    for (JsonNode row : rows) {
      assertThat(Generated.names(row)).containsExactly("imgname", "query", "label");
      String image = row.get("imgname").textValue();
      Scene scene = generated.scene("chartqa/png/" + image);
      assertThat(image).isEqualTo(scene.id() + ".png");
      String question = row.get("query").textValue();
      assertThat(row.get("label").textValue()).isEqualTo(Oracle.answer(scene, question));
      assertThat(asked.computeIfAbsent(image, key -> new HashSet<>()).add(question)).isTrue();
    }
    assertThat(asked.values()).isNotEmpty().allSatisfy(one -> assertThat(one).hasSize(3));
    assertThat(generated.tally("chartqa")).isEqualTo(new WrittenCounts(asked.size(), rows.size()));
  }

  @Test
  void everyKindOfQuestionIsAskedAboutEquallyOften() throws IOException {
    JsonNode rows = Generated.of(Split.TEST, 400).json("chartqa/test_augmented.json");
    Map<String, Integer> kinds = new HashMap<>();
    rows.forEach(
        row ->
            kinds.merge(
                row.get("query").textValue().replaceAll("the \\w+ bar\\?", "").trim()
                    + (row.get("query").textValue().contains("tallest") ? " tallest" : ""),
                1,
                Integer::sum));

    assertThat(kinds).hasSize(4);
    assertThat(kinds.values())
        .allSatisfy(count -> assertThat(count).isBetween(rows.size() / 5, rows.size() / 3));
  }

  @Test
  void theReaderOfChartQaAsksAsLlavaDoes() throws IOException {
    Path data = Generated.of(Split.TEST).path("chartqa");
    Benchmark chartQa = Benchmarks.KNOWN.named("chartqa");
    List<BenchmarkQuestion> questions =
        Reading.questions(chartQa, data.resolve("test_augmented.json"), data.resolve("png"));

    BenchmarkQuestion first = questions.get(0);
    assertThat(first.category()).isEqualTo("augmented");
    assertThat(first.prompt())
        .isEqualTo(first.question() + "\nAnswer the question using a single word or phrase.");
    assertThat(chartQa.score("official", first.answers().get(0), first.reference()).value())
        .isEqualTo(1);
  }
}
