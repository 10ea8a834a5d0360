package io.prumerge.report.page;

import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import java.util.List;

/** Rows of reports whose other tables are empty. */
final class FewRows {

  private FewRows() {}

  static ReportRows of(
      List<Metric> metrics,
      List<MethodSummary> summary,
      List<ContrastResult> contrasts,
      List<Standing> leaderboard) {
    return new ReportRows(
        metrics,
        List.of(),
        List.of(),
        summary,
        contrasts,
        leaderboard,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
