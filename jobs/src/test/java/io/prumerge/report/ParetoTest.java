package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.report.Report.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParetoTest {

  private static MethodSummary summary(String run, String method, double retention, double flops) {
    return new MethodSummary(
        run,
        "model",
        method,
        "none",
        1,
        Double.isNaN(retention) ? OptionalDouble.empty() : OptionalDouble.of(retention),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(flops),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  private static Set<String> front(List<MethodSummary> methods) {
    Set<String> front = new HashSet<>();
    for (MethodSummary method : Summary.withFronts(methods)) {
      if (method.pareto().orElse(false)) {
        front.add(method.runId() + " " + method.method());
      }
    }
    return front;
  }

  @Test
  void equalMethodsAreBothOnTheFront() {
    assertThat(
            front(
                List.of(
                    summary("run", "a", 100, 10),
                    summary("run", "b", 100, 10),
                    summary("run", "dearer", 100, 11),
                    summary("run", "worse", 99, 10),
                    summary("run", "cheap", 50, 1),
                    summary("run", "unknown", Double.NaN, 0))))
        .containsExactlyInAnyOrder("run a", "run b", "run cheap");
  }

  /** Methods that keep the same number of tokens differ in the length of their answers. */
  @Test
  void costsWithinOnePercentAreEqual() {
    assertThat(
            front(
                List.of(
                    summary("run", "best", 92, 100.9),
                    summary("run", "worse at nearly its cost", 90, 100),
                    summary("run", "cheaper by more", 80, 99),
                    summary("run", "as good and dearer within one percent", 92, 101.8))))
        .containsExactlyInAnyOrder(
            "run best", "run cheaper by more", "run as good and dearer within one percent");
  }

  @Test
  void controlsHaveNoMarkButCanTakeAnotherOnes() {
    assertThat(
            front(
                List.of(
                    summary("run", "none", 100, 16),
                    summary("run", "prumerge", 87, 8.5),
                    summary("run", "fastv:layer=2,tokens=9", 50, 8.4),
                    summary("run", "random:tokens=9", 55, 8.1),
                    summary("run", "uniform:tokens=9", 54, 8),
                    summary("run", "spatial:tokens=@prumerge", 53, 7),
                    summary("run", "first:tokens=9", 52, 6))))
        .containsExactlyInAnyOrder("run none", "run prumerge");
  }

  /** In order of cost, a method is on the front if it is better than all cheaper ones. */
  @Test
  void theFrontIsWhatASweepByCostFinds() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      List<MethodSummary> methods = new ArrayList<>();
      Set<String> expected = new HashSet<>();
      for (String run : List.of("one", "two")) {
        List<MethodSummary> mine = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
          mine.add(summary(run, "method " + i, 90 + random.nextInt(8), 1 + random.nextInt(8)));
        }
        methods.addAll(mine);
        mine.sort(
            Comparator.comparing((MethodSummary one) -> one.flopsTotalMean().getAsDouble())
                .thenComparing(one -> -one.retention().getAsDouble()));
        double best = 0;
        double cost = 0;
        for (MethodSummary one : mine) {
          double retention = one.retention().getAsDouble();
          boolean same = retention == best && one.flopsTotalMean().getAsDouble() == cost;
          if (retention > best || same) {
            best = retention;
            cost = one.flopsTotalMean().getAsDouble();
            expected.add(run + " " + one.method());
          }
        }
      }
      assertThat(front(methods)).isEqualTo(expected);
    }
  }
}
