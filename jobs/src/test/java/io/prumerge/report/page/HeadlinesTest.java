package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.metric.MethodNames;
import io.prumerge.report.MethodSummary;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Methods that are all on the Pareto front. */
class HeadlinesTest {

  private static MethodSummary summary(String method, double retention) {
    return new MethodSummary(
        "run",
        "llava",
        method,
        "none",
        1,
        OptionalDouble.of(retention),
        OptionalDouble.of(1),
        OptionalDouble.of(retention),
        OptionalDouble.of(1e9 * retention),
        OptionalDouble.of(1),
        Optional.of(true),
        Optional.of(new Interval(retention - 2, retention + 2)),
        OptionalDouble.of(retention),
        OptionalDouble.of(retention),
        OptionalDouble.of(2.8));
  }

  private static List<String> found(String... methods) {
    List<MethodSummary> summaries = new ArrayList<>(List.of(summary("none", 100)));
    for (String method : methods) {
      summaries.add(summary(method, 100 - summaries.size()));
    }
    ReportRows report =
        new ReportRows(
            List.of(), List.of(), List.of(), summaries, List.of(), List.of(), List.of(), List.of(),
            List.of(), List.of());
    return new Headlines(
            report,
            ReportMethods.of(
                List.of(),
                summaries,
                new MethodNames(summaries.stream().map(MethodSummary::key).toList(), Map.of())),
            Published.bundled())
        .findings().stream().map(Finding::method).toList();
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

  @Test
  void namesThatNoClassHasAreMethodsLikeOthers() {
    assertThat(found("a method of yours", "evil|<'"))
        .containsExactly("a method of yours", "evil|<'");
  }
}
