package io.prumerge.report;

import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.MethodNames;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One table of the leaderboard as text.
 *
 * @param title the budget in words, with the run's model if the report has several runs
 * @param cells lines of equal length, a header first, each beginning with a name
 */
public record LeaderboardTable(String title, List<List<String>> cells) {

  private static final String ABSENT = "-";
  private static final double GIGA = 1e9;

  public LeaderboardTable {
    cells = cells.stream().map(List::copyOf).toList();
  }

  /** Returns the tables of all runs. */
  public static List<LeaderboardTable> of(Report report) {
    MethodNames names = new MethodNames(report.summary().stream().map(MethodSummary::key).toList());
    Map<List<String>, List<Standing>> tables = new LinkedHashMap<>();
    for (Standing one : report.leaderboard().standings()) {
      tables
          .computeIfAbsent(List.of(one.runId(), one.budget()), absent -> new ArrayList<>())
          .add(one);
    }
    return tables.values().stream().map(lines -> table(lines, names)).toList();
  }

  private static LeaderboardTable table(List<Standing> lines, MethodNames names) {
    boolean split = lines.stream().anyMatch(one -> one.scoreEasy().isPresent());
    List<List<String>> cells = new ArrayList<>();
    List<String> header = new ArrayList<>();
    header.addAll(List.of("method", "group", "retention %", "95 %", "above chance %"));
    header.addAll(List.of("accuracy %", "loyalty %"));
    if (split) {
      header.addAll(List.of("easy %", "hard %"));
    }
    header.addAll(List.of("tokens", "GFLOPs", "select ms", "prefill ms"));
    cells.add(header);
    lines.forEach(one -> cells.add(line(one, split)));
    Standing first = lines.get(0);
    String words = NominalBudget.words(first.budget());
    return new LeaderboardTable(
        names.areSeveralRuns() ? words + ", " + names.run(first.runId()) : words, cells);
  }

  private static List<String> line(Standing one, boolean split) {
    List<String> cells = new ArrayList<>();
    cells.add(one.name());
    cells.add(one.letters().isEmpty() ? ABSENT : one.letters());
    cells.add(number(one.retention(), 1, 1));
    cells.add(one.retentionInterval().map(LeaderboardTable::range).orElse(ABSENT));
    cells.add(number(one.retentionChanceCorrected(), 1, 1));
    cells.add(number(one.accuracy(), 1, 1));
    cells.add(number(one.loyalty(), 1, 1));
    if (split) {
      cells.add(number(one.scoreEasy(), 1, 1));
      cells.add(number(one.scoreHard(), 1, 1));
    }
    cells.add(number(one.visualTokensLayerMean(), 1, 1));
    cells.add(number(one.flopsTotalMean(), GIGA, 2));
    cells.add(number(one.msSelectMean(), 1, 2));
    cells.add(number(one.msPrefillMean(), 1, 1));
    return cells;
  }

  private static String range(Interval interval) {
    return String.format(Locale.ROOT, "%.1f to %.1f", interval.low(), interval.high());
  }

  private static String number(OptionalDouble value, double unit, int decimals) {
    return value.isPresent()
        ? String.format(Locale.ROOT, "%." + decimals + "f", value.getAsDouble() / unit)
        : ABSENT;
  }
}
