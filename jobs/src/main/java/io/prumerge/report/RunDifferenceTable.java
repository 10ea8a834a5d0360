package io.prumerge.report;

import io.prumerge.console.TextColumns;
import io.prumerge.lang.Text;
import io.prumerge.metric.ContrastResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The differences between two runs as text: a line per method that both have.
 *
 * @param title names the runs
 * @param cells lines of equal length, a header first, each beginning with a name
 */
public record RunDifferenceTable(String title, List<List<String>> cells) {

  private static final String RETENTION = "retention %";

  public RunDifferenceTable {
    cells = cells.stream().map(List::copyOf).toList();
  }

  /** Returns a table per pair of runs. */
  public static List<RunDifferenceTable> of(Report report) {
    return RunDifference.of(report).stream().map(RunDifferenceTable::table).toList();
  }

  private static RunDifferenceTable table(RunDifference runs) {
    return new RunDifferenceTable(
        runs.name()
            + ", on the questions that both answered, in points (95 % interval; * significant at"
            + " 5 %, corrected for all comparisons that every report makes)",
        cells("method", runs.lines()));
  }

  /**
   * Returns lines of differences, a header first.
   *
   * @param title of the first column
   */
  static List<List<String>> cells(String title, List<MethodDifference> lines) {
    List<ContrastResult> all = lines.stream().flatMap(line -> line.figures().stream()).toList();
    Map<String, Set<String>> splits =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    ContrastResult::benchmark,
                    Collectors.mapping(
                        ContrastResult::split, Collectors.toCollection(TreeSet::new))));
    List<String> figures =
        all.stream()
            .sorted(Comparator.comparing(ContrastResult::isRetention))
            .map(row -> name(row, splits))
            .distinct()
            .toList();
    TextColumns<MethodDifference> columns =
        new TextColumns<MethodDifference>()
            .with(title, MethodDifference::method)
            .with("questions", RunDifferenceTable::questions);
    for (String figure : figures) {
      columns.with(
          figure,
          line ->
              line.figures().stream()
                  .filter(row -> name(row, splits).equals(figure))
                  .findFirst()
                  .map(row -> FigureText.difference(row.comparison()))
                  .orElse(FigureText.ABSENT));
    }
    return columns.of(lines);
  }

  private static String name(ContrastResult row, Map<String, Set<String>> splits) {
    if (row.isRetention()) {
      return RETENTION;
    }
    List<String> words = new ArrayList<>(List.of(row.benchmark()));
    if (splits.get(row.benchmark()).size() > 1) {
      words.add(row.split());
    }
    words.add(row.metric());
    return String.join(" ", words);
  }

  private static String questions(MethodDifference line) {
    return Text.format(
        "%,d",
        line.figures().stream()
            .filter(row -> !row.isRetention())
            .mapToLong(row -> row.questions().both())
            .sum());
  }
}
