package io.prumerge.report;

import io.prumerge.console.TextColumns;
import io.prumerge.lang.Text;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.MethodNames;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One table of the leaderboard as text.
 *
 * @param title the budget in words, with the run's model if the report has several runs
 * @param cells lines of equal length, a header first, each beginning with a name
 */
public record LeaderboardTable(String title, List<List<String>> cells) {

  private static final double GIGA = 1e9;

  public LeaderboardTable {
    cells = cells.stream().map(List::copyOf).toList();
  }

  /** Returns the tables of all runs. */
  public static List<LeaderboardTable> of(Report report) {
    MethodNames names = report.names();
    Map<List<String>, List<Standing>> tables = new LinkedHashMap<>();
    for (Standing one : report.leaderboard().standings()) {
      tables
          .computeIfAbsent(List.of(one.runId(), one.budget()), absent -> new ArrayList<>())
          .add(one);
    }
    List<EfficiencyRow> costs = report.efficiency();
    return tables.values().stream().map(lines -> table(lines, names, costs)).toList();
  }

  private static LeaderboardTable table(
      List<Standing> lines, MethodNames names, List<EfficiencyRow> costs) {
    TextColumns<Standing> columns =
        new TextColumns<Standing>()
            .with("method", one -> names.method(one.name()))
            .with("group", one -> one.letters().isEmpty() ? FigureText.ABSENT : one.letters())
            .with("retention %", one -> FigureText.number(one.retention(), 1, 1))
            .with(
                "95 %",
                one ->
                    one.retentionInterval().map(LeaderboardTable::range).orElse(FigureText.ABSENT))
            .with("above chance %", one -> FigureText.number(one.retentionChanceCorrected(), 1, 1))
            .with("accuracy %", one -> FigureText.number(one.accuracy(), 1, 1))
            .with("loyalty %", one -> FigureText.number(one.loyalty(), 1, 1));
    if (lines.stream().anyMatch(one -> one.scoreEasy().isPresent())) {
      columns
          .with("easy %", one -> FigureText.number(one.scoreEasy(), 1, 1))
          .with("hard %", one -> FigureText.number(one.scoreHard(), 1, 1));
    }
    columns
        .with("tokens", one -> FigureText.number(one.visualTokensLayerMean(), 1, 1))
        .with("GFLOPs", one -> FigureText.number(one.flopsTotalMean(), GIGA, 2))
        .with(TimeTitle.of("select ms", costs), one -> FigureText.number(one.msSelectMean(), 1, 2))
        .with(
            TimeTitle.of("prefill ms", costs), one -> FigureText.number(one.msPrefillMean(), 1, 1));
    Standing first = lines.get(0);
    String words = NominalBudget.words(first);
    return new LeaderboardTable(
        names.areSeveralRuns() ? words + ", " + names.run(first.runId()) : words,
        columns.of(lines));
  }

  private static String range(Interval interval) {
    return Text.format("%.1f to %.1f", interval.low(), interval.high());
  }
}
