package io.prumerge.report;

import io.prumerge.metric.ContrastResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The comparisons that were asked for as text: a line per pair of methods.
 *
 * @param title says how they are tested
 * @param cells lines of equal length, a header first, each beginning with a name
 */
public record AskedTable(String title, List<List<String>> cells) {

  public AskedTable {
    cells = cells.stream().map(List::copyOf).toList();
  }

  /** Returns the table; empty if nothing was asked for. */
  public static Optional<AskedTable> of(Report report) {
    List<MethodDifference> pairs = pairs(report.contrasts());
    return pairs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new AskedTable(
                "Comparisons asked for, in points (95 % interval; * significant at 5 %,"
                    + " corrected for these comparisons alone)",
                RunDifferenceTable.cells("comparison", pairs)));
  }

  /** Returns the pairs that were asked for, in their order. */
  private static List<MethodDifference> pairs(List<ContrastResult> contrasts) {
    Map<String, List<ContrastResult>> pairs = new LinkedHashMap<>();
    contrasts.stream()
        .filter(ContrastResult::isAsked)
        .forEach(
            row ->
                pairs
                    .computeIfAbsent(row.a() + " minus " + row.b(), pair -> new ArrayList<>())
                    .add(row));
    return pairs.entrySet().stream()
        .map(pair -> new MethodDifference(pair.getKey(), pair.getValue()))
        .toList();
  }
}
