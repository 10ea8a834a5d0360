package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import io.prumerge.store.Records;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A run of a model that papers have figures of, at 128 tokens. */
class BoardsTest {

  private static final String KEPT = "fastv:layer=3,tokens=128";
  private static final String MEAN = "fastv:layer=3,tokens=@mean:128";
  private static final String SEEDS = "random:tokens=128, 2 seeds";

  private static Standing line(String method, double retention, String... methods) {
    return Records.of(
        Standing.class,
        Map.of(
            "run_id",
            "run",
            "model",
            "llava",
            "budget",
            "128",
            "method",
            method,
            "methods",
            List.of(methods),
            "letters",
            "a",
            "retention",
            retention));
  }

  private static MethodSummary summary(String method) {
    return Records.of(
        MethodSummary.class,
        Map.of("run_id", "run", "model", "llava", "method", method, "baseline", "none"));
  }

  private static Metric f1(String method, double value) {
    return Records.of(
        Metric.class,
        Map.of(
            "run_id",
            "run",
            "model",
            "llava",
            "benchmark",
            "pope",
            "split",
            "test",
            "method",
            method,
            "metric",
            "f1",
            "is_headline",
            true,
            "value",
            value));
  }

  private static TableView table(Set<String> comparable, Standing... lines) {
    List<Standing> board = List.of(lines);
    List<MethodSummary> summaries =
        Stream.of("none", KEPT, MEAN, "random:seed=1,tokens=128", "random:seed=2,tokens=128")
            .map(BoardsTest::summary)
            .toList();
    List<Metric> metrics =
        List.of(
            f1("none", 85.9),
            f1(KEPT, 70),
            f1("random:seed=1,tokens=128", 60),
            f1("random:seed=2,tokens=128", 62));
    ReportRows rows = rows(metrics, summaries, board);
    ReportMethods lineup =
        ReportMethods.of(
            List.of(),
            summaries,
            new MethodNames(summaries.stream().map(MethodSummary::key).toList(), Map.of()));
    Headlines headlines = new Headlines(rows, lineup, Published.bundled());
    return new Boards(board, lineup, headlines, PublishedBudgets.bundled(), comparable, List.of())
        .tables()
        .get(0);
  }

  private static ReportRows rows(
      List<Metric> metrics, List<MethodSummary> summaries, List<Standing> board) {
    return FewRows.of(metrics, summaries, List.of(), board);
  }

  /** Beside the baseline; seeds of a method are one. */
  @Test
  void oneMethodHasNoRank() {
    Standing none = line("none", 100, "none");
    Standing seeds = line(SEEDS, 80, "random:seed=1,tokens=128", "random:seed=2,tokens=128");
    List<MethodSummary> summaries = List.of(summary("none"));
    for (List<Standing> few : List.of(List.of(none), List.of(none, seeds))) {
      assertThat(rows(List.of(), summaries, few).ranked()).isEmpty();
    }
    List<Standing> two = List.of(none, seeds, line(KEPT, 90, KEPT));
    assertThat(rows(List.of(), summaries, two).ranked()).isEqualTo(two);
  }

  private static List<String> column(TableView table, String title) {
    int place = table.columns().stream().map(TableColumn::title).toList().indexOf(title);
    return table.lines().stream().map(one -> one.cells().get(place).text()).toList();
  }

  private static List<String> notes(TableView table) {
    return table.lines().stream().map(one -> one.cells().get(0).note()).toList();
  }

  @Test
  void publishedLinesStandBelowTheirMethodAndAreMarked() {
    TableView table = table(Set.of("run"), line("none", 100, "none"), line(KEPT, 90, KEPT));

    assertThat(table.caption()).isEqualTo("128 visual tokens");
    assertThat(column(table, "method"))
        .containsExactly("none", "fastv:layer=3", "FastV", "FastV", "FastV");
    assertThat(notes(table))
        .containsExactly("", "", "published, A†", "published, D†", "published, R†");
    assertThat(column(table, "POPE F1")).containsExactly("85.9", "70.0", "59.6", "70.0", "68.3");
    assertThat(table.lines())
        .allSatisfy(one -> assertThat(one.cells()).hasSameSizeAs(table.columns()));
  }

  @Test
  void otherModelsHaveNoPublishedLines() {
    assertThat(column(table(Set.of(), line(KEPT, 90, KEPT)), "method"))
        .containsExactly("fastv:layer=3");
  }

  @Test
  void linesThatWouldShareANameKeepAllOfIt() {
    TableView table =
        table(
            Set.of(),
            line(KEPT, 90, KEPT),
            line(MEAN, 88, MEAN),
            line(SEEDS, 80, "random:seed=1,tokens=128", "random:seed=2,tokens=128"));

    assertThat(column(table, "method")).containsExactly(KEPT, MEAN, "random");
    assertThat(notes(table)).containsExactly("", "", "2 seeds");
    assertThat(column(table, "POPE F1"))
        .as("means over seeds")
        .containsExactly("70.0", "–", "61.0");
  }
}
