package io.prumerge.report.page;

import io.prumerge.leaderboard.Agreement;
import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Noise;
import io.prumerge.report.Report;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.RunRow;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The report's tables, small enough for the driver.
 *
 * @param metrics of each benchmark's own profile, errors counted as wrong
 * @param ownProfiles the benchmarks' own profiles, as {@code BENCHMARK/PROFILE}
 * @param efficiency all rows
 * @param summary all rows
 * @param contrasts all rows
 * @param leaderboard all rows, table by table
 * @param agreement all rows
 * @param oracle all rows
 * @param noise all rows; empty if no question was asked again
 * @param runs all rows, earliest first
 */
record ReportRows(
    List<Metric> metrics,
    List<String> ownProfiles,
    List<EfficiencyRow> efficiency,
    List<MethodSummary> summary,
    List<ContrastResult> contrasts,
    List<Standing> leaderboard,
    List<Agreement> agreement,
    List<Oracle> oracle,
    List<Noise> noise,
    List<RunRow> runs) {

  ReportRows {
    metrics = List.copyOf(metrics);
    ownProfiles = List.copyOf(ownProfiles);
    efficiency = List.copyOf(efficiency);
    summary = List.copyOf(summary);
    contrasts = List.copyOf(contrasts);
    leaderboard = List.copyOf(leaderboard);
    agreement = List.copyOf(agreement);
    oracle = List.copyOf(oracle);
    noise = List.copyOf(noise);
    runs = List.copyOf(runs);
  }

  /**
   * Returns the leaderboard of those runs that have more than one method besides the baseline: one
   * alone has no rank.
   */
  List<Standing> ranked() {
    Map<String, Set<List<String>>> besides =
        leaderboard.stream()
            .filter(row -> !row.name().equals(baseline()))
            .collect(
                Collectors.groupingBy(
                    Standing::runId, Collectors.mapping(Standing::methods, Collectors.toSet())));
    return leaderboard.stream()
        .filter(row -> besides.getOrDefault(row.runId(), Set.of()).size() > 1)
        .toList();
  }

  /** Returns the rows of a report and of its runs. */
  static ReportRows of(Report report, List<RunRow> runs) {
    return new ReportRows(
        report.results().stream()
            .filter(MethodResult::isOwnProfile)
            .flatMap(result -> result.metrics().stream())
            .filter(ReportRows::isShown)
            .toList(),
        report.results().stream()
            .filter(MethodResult::isOwnProfile)
            .map(result -> result.key().benchmark() + "/" + result.key().profile())
            .distinct()
            .toList(),
        report.efficiency(),
        report.summary(),
        report.contrasts(),
        report.leaderboard().standings(),
        report.answers().agreements(),
        report.answers().oracles(),
        report.noise(),
        runs.stream().sorted(Comparator.comparing(RunRow::startedAt)).toList());
  }

  private static boolean isShown(Metric metric) {
    return !metric.name().endsWith("_answered_only");
  }

  /** Returns a split of a benchmark in words. */
  static String split(String benchmark, String split) {
    return benchmark + " " + split;
  }

  /** Returns the method that the others are compared with. */
  String baseline() {
    return summary.isEmpty() ? "none" : summary.get(0).baseline();
  }

  /** Returns the costs of one method, a row per benchmark. */
  List<EfficiencyRow> costs(MethodRun who) {
    return efficiency.stream().filter(row -> MethodRun.of(row).equals(who)).toList();
  }
}
