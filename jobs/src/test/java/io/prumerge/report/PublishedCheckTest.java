package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.cost.ModelShape;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.QuestionCounts;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.published.PublishedFigure;
import io.prumerge.published.PublishedFile;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** A published figure stands beside those that it is about, and beside no others. */
class PublishedCheckTest {

  private static final String MODEL = "llava-1.5-7b-hf";

  private final List<MethodResult> results = new ArrayList<>();
  private final List<EfficiencyRow> efficiency = new ArrayList<>();
  private RunAsking asking =
      new RunAsking(
          Optional.of(shape("llava-1.5-7b")), false, Map.of("pope/test", "llava"), 0, false);

  private static ModelShape shape(String name) {
    return ShapeTable.bundled().named(name).shape();
  }

  /** Adds a figure of 80 under each of two profiles, the first of which is the benchmark's own. */
  private void ran(String method, double tokens) {
    ran("run", "pope", method, tokens);
  }

  private void ran(String run, String benchmark, String method, double tokens) {
    for (String profile : List.of("official", "lmms-eval")) {
      ScoreKey key = new ScoreKey(run, MODEL, benchmark, "test", method, profile);
      Metric metric =
          Records.of(
              Metric.class,
              Map.ofEntries(
                  Map.entry("run_id", run),
                  Map.entry("model", MODEL),
                  Map.entry("benchmark", benchmark),
                  Map.entry("split", "test"),
                  Map.entry("method", method),
                  Map.entry("profile", profile),
                  Map.entry("category", "all"),
                  Map.entry("metric", "f1"),
                  Map.entry("family", "confirmatory"),
                  Map.entry("value", 80.0),
                  Map.entry("n", 9000L)));
      results.add(
          new MethodResult(
              key,
              profile.equals("official"),
              new QuestionCounts(9000, 500, 0, 0, 0),
              List.of(metric),
              List.of(),
              List.of()));
    }
    efficiency.add(
        Records.of(
            EfficiencyRow.class,
            Map.of(
                "run_id",
                run,
                "model",
                MODEL,
                "benchmark",
                benchmark,
                "split",
                "test",
                "method",
                method,
                "visual_tokens_after_mean",
                tokens,
                "visual_tokens_layer_mean",
                tokens / 2)));
  }

  private static PublishedFigure figure(String method, String model, OptionalDouble tokens) {
    return figure(method, model, "official", tokens);
  }

  private static PublishedFigure figure(
      String method, String model, String profile, OptionalDouble tokens) {
    return figure("p.csv:2", "POPE", method, model, profile, tokens);
  }

  private static PublishedFigure figure(
      String place,
      String benchmark,
      String method,
      String model,
      String profile,
      OptionalDouble tokens) {
    return PublishedFigure.builder(place)
        .method(method)
        .model(model)
        .benchmark(benchmark)
        .metric("F1")
        .split(Optional.of("Test"))
        .prompts(Optional.of("llava"))
        .profile(Optional.of(profile))
        .tokens(tokens)
        .score(79.5)
        .build();
  }

  private PublishedCheck check(PublishedFigure... figures) {
    return PublishedCheck.of(
        new PublishedFile("p.csv", List.of(figures), List.of()),
        results,
        efficiency,
        Map.of("run", asking, "other", asking));
  }

  private List<String> methods(String method, OptionalDouble tokens) {
    return check(figure(method, MODEL, tokens)).rows().stream()
        .map(row -> row.key().method())
        .toList();
  }

  private List<String> unlike(String model) {
    return check(figure("none", model, OptionalDouble.empty())).rows().stream()
        .flatMap(row -> row.unlike().stream())
        .toList();
  }

  @Test
  void aMethodFitsByItsSpecElseByNameAndTokens() {
    ran("none", 576);
    ran("prumerge", 32.2);
    ran("prumerge+", 144);
    ran("fastv:tokens=192", 576);
    ran("fastv:tokens=64", 576);

    assertThat(methods("PruMerge", OptionalDouble.empty())).containsExactly("prumerge");
    assertThat(methods("prumerge", OptionalDouble.of(99))).containsExactly("prumerge");
    assertThat(methods("prumerge+", OptionalDouble.of(144))).containsExactly("prumerge+");
    assertThat(methods("prumerge:k=16", OptionalDouble.of(32))).containsExactly("prumerge");
    assertThat(methods("prumerge:k=16", OptionalDouble.of(33))).isEmpty();
    assertThat(methods("FastV", OptionalDouble.of(192))).containsExactly("fastv:tokens=192");
    assertThat(methods("FastV", OptionalDouble.of(64.5))).containsExactly("fastv:tokens=64");
    assertThat(methods("FastV", OptionalDouble.empty())).isEmpty();
    assertThat(methods("script:/dev/zero", OptionalDouble.of(192))).isEmpty();
    assertThat(methods("LLaVA-1.5 + PruMerge", OptionalDouble.of(32))).isEmpty();
    assertThat(methods("Vanilla", OptionalDouble.of(576))).containsExactly("none");
    assertThat(check(figure("FastV", MODEL, OptionalDouble.of(192))).rows().get(0).unlike())
        .containsExactly("method FastV there");
  }

  @Test
  void aModelFitsByNameOrDimensions() {
    ran("none", 576);

    assertThat(unlike("llava-hf/LLaVA-1.5-7B-hf")).isEmpty();
    assertThat(check(figure("none", "llava-1.5-13b", OptionalDouble.empty())).rows()).isEmpty();
    assertThat(check(figure("none", "llava-1.6-vicuna-7b", OptionalDouble.empty())).rows())
        .as("the same tower and decoder over several views")
        .isEmpty();
  }

  @Test
  void saysWhereOnlyNameOrDimensionsFit() {
    ran("none", 576);
    RunAsking known = asking;
    results.replaceAll(PublishedCheckTest::renamed);
    assertThat(unlike("llava-1.5-7b"))
        .containsExactly("model llava-1.5-7b there, of the same dimensions");

    asking = new RunAsking(known.shape(), true, known.prompts(), 0, false);
    assertThat(check(figure("none", "llava-1.5-7b", OptionalDouble.empty())).rows()).isEmpty();
  }

  private static MethodResult renamed(MethodResult result) {
    ScoreKey key = result.key();
    ScoreKey other =
        new ScoreKey(
            key.runId(), "tuned", key.benchmark(), key.split(), key.method(), key.profile());
    return new MethodResult(
        other,
        result.isOwnProfile(),
        result.counts(),
        result.metrics().stream()
            .map(
                one ->
                    new Metric(
                        other,
                        one.category(),
                        one.name(),
                        one.headline(),
                        one.value(),
                        one.stderr(),
                        one.interval(),
                        one.counts(),
                        one.comparison(),
                        one.uncertainty(),
                        one.family(),
                        one.mde(),
                        one.chance(),
                        one.caveat(),
                        one.parser(),
                        one.categoryKind(),
                        one.protocol()))
            .toList(),
        List.of(),
        List.of());
  }

  @Test
  void saysThatANamedModelHasOtherDimensions() {
    ran("none", 576);
    asking = new RunAsking(Optional.of(shape("llava-1.5-13b")), false, asking.prompts(), 0, false);

    assertThat(unlike("llava-1.5-7b"))
        .containsExactly("model of other dimensions here than llava-1.5-7b");
  }

  @Test
  void comparesWithTheProfileThatWasPrintedElseWithTheOwn() {
    ran("none", 576);
    PublishedFigure official = figure("none", MODEL, OptionalDouble.of(576));

    assertThat(check(official).rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.key().profile()).isEqualTo("official");
              assertThat(row.difference()).hasValue(0.5);
              assertThat(row.isLike()).isTrue();
            });
    assertThat(check(scored("LMMS-Eval")).rows().get(0).key().profile()).isEqualTo("lmms-eval");
    assertThat(check(scored("vlmevalkit")).rows().get(0).unlike())
        .containsExactly("scoring vlmevalkit there, official here");
  }

  private static PublishedFigure scored(String profile) {
    return figure("none", MODEL, profile, OptionalDouble.of(576));
  }

  private static PublishedFigure of(String benchmark, int line) {
    return figure("p.csv:" + line, benchmark, "none", MODEL, "official", OptionalDouble.empty());
  }

  private static List<String> pairs(PublishedCheck check) {
    return check.rows().stream()
        .map(row -> row.published().place() + " " + row.key().benchmark())
        .toList();
  }

  @Test
  void aFigureIsOfOneBenchmark() {
    ran("run", "refcoco", "none", 576);
    ran("run", "refcoco+", "none", 576);
    ran("run", "gr-a", "none", 576);
    ran("run", "gr_a", "none", 576);

    PublishedCheck check = check(of("RefCOCO", 2), of("RefCOCO+", 3), of("gr-a", 4), of("gr_a", 5));
    assertThat(pairs(check))
        .containsExactly("p.csv:2 refcoco", "p.csv:3 refcoco+", "p.csv:4 gr-a", "p.csv:5 gr_a");
    assertThat(check.sentence()).contains("Of 4 published figures of none, 4 were asked");
    PublishedCheck apart = check(of("GR A", 2), of("refcoco++", 3));
    assertThat(apart.rows()).isEmpty();
    assertThat(apart.warnings())
        .containsExactly(
            "None of the 2 published figures of p.csv fits here: 2 by benchmark (p.csv:2: 'GR A';"
                + " here: gr-a, gr_a, refcoco, refcoco+; several are spelt so: write one of them to"
                + " the letter)");
  }

  @Test
  void countsFiguresNotTheRunsTheyStandBeside() {
    ran("run", "pope", "none", 576);
    ran("other", "pope", "none", 576);

    PublishedCheck check = check(of("pope", 2));
    assertThat(check.rows()).hasSize(2);
    assertThat(check.sentence())
        .contains("Of 1 published figure of none, 1 was asked and scored as here");
  }

  @Test
  void aMethodToTheLetterGoesBeforeThoseOfItsName() {
    ran("none", 576);
    ran("vanilla", 576);
    ran("divprune:tokens=64", 64);
    ran("divprune:greedy=true,tokens=64", 64);

    assertThat(methods("vanilla", OptionalDouble.empty())).containsExactly("vanilla");
    assertThat(methods("Original", OptionalDouble.empty())).containsExactly("none");
    assertThat(methods("DivPrune", OptionalDouble.of(64))).containsExactly("divprune:tokens=64");
  }

  @Test
  void saysHowTheRunWasAsked() {
    ran("none", 576);
    asking = new RunAsking(asking.shape(), false, Map.of(), 100, true);

    assertThat(unlike(MODEL))
        .containsExactly(
            "prompts llava there, unknown here",
            "questions limited here: 9,000",
            "answered by the letters' logits here");
  }

  @Test
  void saysWhatCannotBeSaid() {
    ran("prumerge", 32);
    PublishedCheck check = check(figure("prumerge", MODEL, OptionalDouble.empty()));

    assertThat(check.rows()).hasSize(1);
    assertThat(check.sentence())
        .isEqualTo(
            "Is the unpruned run right? No published figure of none fits, so these cannot say.");
    assertThat(check.warnings()).isEmpty();
  }
}
