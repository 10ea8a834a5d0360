package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.ContrastQuestions;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Uncertainty;
import io.prumerge.report.MethodSummary;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Methods that are all on the Pareto front. */
class HeadlinesTest {

  static MethodSummary summary(String method, double retention) {
    return summary(method, OptionalDouble.of(retention), retention);
  }

  private static MethodSummary summary(String method, OptionalDouble asked, double retention) {
    return new MethodSummary(
        "run",
        "llava",
        method,
        "none",
        1,
        asked,
        OptionalDouble.of(1),
        OptionalDouble.of(retention),
        OptionalDouble.of(1e9 * retention),
        OptionalDouble.of(1),
        Optional.of(true),
        Optional.of(new Interval(retention - 2, retention + 2)),
        OptionalDouble.of(retention),
        OptionalDouble.of(retention),
        OptionalDouble.of(2.8),
        Optional.empty());
  }

  private static List<String> found(String... methods) {
    return findings(List.of(), methods).stream().map(Finding::method).toList();
  }

  private static List<Finding> findings(List<ContrastResult> contrasts, String... methods) {
    return headlines(contrasts, methods).findings();
  }

  private static Headlines headlines(List<ContrastResult> contrasts, String... methods) {
    List<MethodSummary> summaries = new ArrayList<>(List.of(summary("none", 100)));
    for (String method : methods) {
      summaries.add(summary(method, 100 - summaries.size()));
    }
    return headlines(FewRows.of(List.of(), summaries, contrasts, List.of()), summaries);
  }

  private static Headlines headlines(ReportRows report, List<MethodSummary> summaries) {
    return new Headlines(
        report,
        ReportMethods.of(
            List.of(),
            summaries,
            new MethodNames(summaries.stream().map(MethodSummary::key).toList(), Map.of())),
        Published.bundled());
  }

  @Test
  void controlsArePraisedNowhere() {
    assertThat(
            found(
                "random:tokens=9",
                "prumerge",
                "spatial:tokens=@prumerge",
                "pool:tokens=9",
                "downsample:tokens=9",
                "uniform:tokens=9",
                "first:tokens=9",
                "fastv:layer=2,tokens=9"))
        .containsExactly("prumerge", "fastv:layer=2,tokens=9");
  }

  private static ContrastResult retention(String method, double adjusted) {
    return new ContrastResult(
        ContrastResult.ALL,
        ContrastResult.ALL,
        ContrastResult.RETENTION,
        method,
        "none",
        new Comparison(
            -1,
            Optional.empty(),
            Optional.of(
                new DifferenceTest(
                    Uncertainty.CLUSTERED_T, adjusted / 9, OptionalDouble.of(adjusted)))),
        new ContrastQuestions(10, 0, 0),
        Optional.empty(),
        Optional.empty(),
        Optional.of(false),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whatever the interval alone says: the report corrects for several tests. */
  @Test
  void aFigureIsGivenToWhatTheCorrectedTestTellsApart() {
    assertThat(
            findings(
                List.of(retention("prumerge", 0.049), retention("fastv:layer=2,tokens=9", 0.051)),
                "prumerge",
                "fastv:layer=2,tokens=9",
                "mmtok:tokens=9"))
        .extracting(Finding::method, Finding::retention, Finding::unseen)
        .containsExactly(
            tuple("prumerge", "99.0", ""),
            tuple(
                "fastv:layer=2,tokens=9",
                "",
                "with 0 questions in the headline figures a loss below 2.80 points of retention"
                    + " can't be seen"),
            tuple(
                "mmtok:tokens=9",
                "",
                "there is no test, so whether it differs is unknown (there is one image or video"
                    + " only, or all differ alike)"));
  }

  /** A method that is wrong wherever the baseline is right has no error, and so no test. */
  @Test
  void aDifferenceWithoutATestIsUnknownAndNotNone() {
    Verdicts verdicts =
        headlines(List.of(retention("prumerge", 0.6)), "prumerge", "mmtok:tokens=9").verdicts();

    assertThat(verdicts.sentence(false))
        .isEqualTo(
            "prumerge is not told apart from all tokens: with 0 questions in the headline figures a"
                + " loss below 2.80 points of retention can't be seen; mmtok:tokens=9 has no test"
                + " against all tokens, so whether it differs is unknown (there is one image or"
                + " video only, or all differ alike).");
    assertThat(verdicts.of(new MethodRun("run", "llava", "mmtok:tokens=9")).isToldApart())
        .isFalse();
    assertThat(verdicts.of(new MethodRun("run", "llava", "none")))
        .isEqualTo(Verdict.NOT_TOLD_APART);
  }

  /** A retention of 0 has no error, though the figure that it is of has one and is tested. */
  @Test
  void aRetentionWithoutATestHasThatOfItsOnlyFigure() {
    List<MethodSummary> summaries = List.of(summary("none", 100), summary("prumerge", 0));

    assertThat(verdict(summaries, figure(0.01))).isEqualTo(Verdict.LESS);
    assertThat(verdict(summaries, figure(0.9))).isEqualTo(Verdict.NOT_TOLD_APART);
    assertThat(verdict(summaries)).isEqualTo(Verdict.UNTESTED);
  }

  private static Verdict verdict(List<MethodSummary> summaries, Metric... figures) {
    return headlines(FewRows.of(List.of(figures), summaries, List.of(), List.of()), summaries)
        .verdicts()
        .of(new MethodRun("run", "llava", "prumerge"));
  }

  private static Metric figure(double adjusted) {
    return Records.of(
        Metric.class,
        Map.ofEntries(
            Map.entry("run_id", "run"),
            Map.entry("model", "llava"),
            Map.entry("benchmark", "pope"),
            Map.entry("split", "test"),
            Map.entry("method", "prumerge"),
            Map.entry("metric", "f1"),
            Map.entry("is_headline", true),
            Map.entry("value", 0.0),
            Map.entry("n", 8L),
            Map.entry("delta_vs_baseline", -90.0),
            Map.entry("test", "clustered_t"),
            Map.entry("p_value", adjusted / 2),
            Map.entry("p_adjusted", adjusted)));
  }

  /** As of several models that are asked with all tokens alone. */
  @Test
  void whereNoMethodsAreComparedTheSentenceSaysWhetherRunsAre() {
    Verdicts verdicts = headlines(List.of()).verdicts();

    assertThat(verdicts.sentence(true))
        .isEqualTo(
            "No other method was asked than all tokens, so no methods are compared; the runs are,"
                + " under \"Runs compared\".");
    assertThat(verdicts.sentence(false))
        .isEqualTo("No other method was asked than all tokens, so nothing is compared.");
    assertThat(headlines(List.of(), "prumerge").verdicts().sentence(true))
        .doesNotContain("No other method");
  }

  /** A retention is a share of the baseline's figure. */
  @Test
  void aBaselineOfZeroIsSaid() {
    Metric none =
        Records.of(
            Metric.class,
            Map.of(
                "run_id",
                "run",
                "model",
                "llava",
                "benchmark",
                "clips",
                "split",
                "test",
                "method",
                "none",
                "metric",
                "accuracy",
                "is_headline",
                true,
                "value",
                0.0,
                "n",
                8L));
    List<MethodSummary> summaries =
        List.of(
            summary("none", OptionalDouble.empty(), 0),
            summary("first:tokens=9", OptionalDouble.empty(), 0));
    ReportRows rows = FewRows.of(List.of(none), summaries, List.of(), List.of());

    assertThat(headlines(rows, summaries).verdicts().sentence(false))
        .isEqualTo(
            "first:tokens=9 has no figure to compare: accuracy of none is 0 over 8 questions of"
                + " clips/test, so retention has no value.");
  }

  @Test
  void namesThatNoClassHasAreMethodsLikeOthers() {
    assertThat(found("a method of yours", "evil|<'"))
        .containsExactly("a method of yours", "evil|<'");
  }
}
