package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.Metric;
import io.prumerge.metric.QuestionCounts;
import io.prumerge.metric.TestFamily;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.report.MethodSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table has categories of one kind: those of another may have the same questions. */
class CategoriesTest {

  private static final List<String> METHODS = List.of("none", "prumerge", "random:tokens=9");

  /**
   * @param losses under the methods besides the baseline, in points
   */
  private static List<Metric> figures(
      String benchmark, String metric, String category, double... losses) {
    List<Metric> figures = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      double delta = i == 0 ? 0 : -losses[i - 1];
      figures.add(
          new Metric(
              new ScoreKey("run", "llava", benchmark, "test", METHODS.get(i), "official"),
              category,
              metric,
              false,
              OptionalDouble.of(90 + delta),
              OptionalDouble.of(1),
              Optional.empty(),
              new QuestionCounts(20, 20, 0, 0, 0),
              Optional.of(new Comparison(delta, Optional.empty(), Optional.empty())),
              Optional.empty(),
              TestFamily.CATEGORIES,
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              Optional.empty(),
              Optional.empty(),
              MetricRules.of(Benchmarks.KNOWN).kindOf(benchmark, category),
              Optional.empty()));
    }
    return figures;
  }

  private static List<TableView> tables(HeadlineColumn headline, List<List<Metric>> figures) {
    List<MethodSummary> summaries =
        METHODS.stream().map(method -> HeadlinesTest.summary(method, 90)).toList();
    ReportRows rows =
        FewRows.of(
            figures.stream().flatMap(List::stream).toList(), summaries, List.of(), List.of());
    return new Categories(
            rows,
            ReportMethods.of(
                List.of(),
                summaries,
                new MethodNames(summaries.stream().map(MethodSummary::key).toList(), Map.of())))
        .tables(List.of(headline));
  }

  private static List<String> names(TableView table) {
    return table.lines().stream()
        .map(line -> line.cells().get(0).text() + "|" + line.cells().get(0).note())
        .toList();
  }

  @Test
  void typesOfAnswersAndOfQuestionsAreTwoTables() {
    List<TableView> tables =
        tables(
            new HeadlineColumn("vqav2", "test", "overall", "VQAv2"),
            List.of(
                figures("vqav2", "overall", "number", 1, 40),
                figures("vqav2", "overall", "how many", 1, 40),
                figures("vqav2", "overall", "yes/no", 12, 0),
                figures("vqav2", "overall", "other", 5, 5),
                figures("vqav2", "overall", "what color is the", 0, 9)));

    assertThat(tables)
        .extracting(TableView::caption)
        .containsExactly(
            "VQAv2 by answer type, the largest loss under any method but controls first",
            "VQAv2 by question type, the largest loss under any method but controls first");
    assertThat(names(tables.get(0)))
        .containsExactly(
            "yes/no|most under prumerge",
            "other|most under prumerge",
            "number|most under prumerge");
    assertThat(names(tables.get(1)))
        .as("of controls a loss is expected")
        .containsExactly("how many|most under prumerge", "what color is the|");
  }

  @Test
  void perceptionIsWithoutCognitionAndItsFigureIsNamed() {
    List<TableView> tables =
        tables(
            new HeadlineColumn("mme", "test", "perception", "MME perception"),
            List.of(
                figures("mme", "score", "count", 9, 0),
                figures("mme", "score", "code_reasoning", 20, 0),
                figures("mme", "score", "OCR", 3, 0),
                figures("mme", "score", "text_translation", 1, 0)));

    assertThat(tables)
        .extracting(TableView::caption)
        .extracting(caption -> caption.substring(0, caption.indexOf(", the largest")))
        .containsExactly("mme test, score by cognition task", "mme test, score by perception task");
    assertThat(names(tables.get(1)))
        .containsExactly("count|most under prumerge", "OCR|most under prumerge");
  }

  /** It would say the headline again, or a part of it without another part. */
  @Test
  void aKindWithOneCategoryHasNoTable() {
    assertThat(
            tables(
                new HeadlineColumn("mmbench", "test", "circular", "MMBench"),
                List.of(
                    figures("mmbench", "circular", "ocr", 1, 1),
                    figures("mmbench", "circular", "image_scene", 1, 1),
                    figures("mmbench", "circular", "original", 1, 1))))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "vqav2, yes/no, answer type",
    "vqav2, none of the above, question type",
    "scienceqa, NAT, subject",
    "scienceqa, IMG, context",
    "scienceqa, G7-12, grade",
    "scienceqa, physics, topic",
    "mmbench, coarse_perception, ability",
    "mmbench, image_scene, category",
    "gqa, open, form",
    "gqa, verify, structural type",
    "gqa, rel, semantic type",
    "mm-vet, ocr, capability",
    "mm-vet, ocr_math, combination of capabilities",
    "seed, video, source",
    "seed, Visual Reasoning, type",
    "pope, popular, category",
    "hallusionbench, visual_input=1, visual_input",
    "mathvista, metadata.task=geometry, metadata.task",
    "mmmu, Art, category",
  })
  void aBenchmarkSaysOfWhichKindACategoryIs(String benchmark, String category, String kind) {
    assertThat(Benchmarks.KNOWN.named(benchmark).kindOf(category)).isEqualTo(kind);
  }
}
