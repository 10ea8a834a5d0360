package io.prumerge.report;

import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The differences between two runs, for every method that both have, but those that were asked for:
 * these are tested apart.
 *
 * @param name the runs in words, as {@code B minus A}
 */
public record RunDifference(String name, List<MethodDifference> lines) {

  public RunDifference {
    lines = List.copyOf(lines);
  }

  /** Returns all of a report, pair by pair; none of a report about one run. */
  public static List<RunDifference> of(Report report) {
    MethodNames names = report.names();
    Map<List<String>, List<ContrastResult>> figures = new LinkedHashMap<>();
    for (ContrastResult row : report.contrasts()) {
      if (!row.isAsked()) {
        figures.computeIfAbsent(List.of(row.a(), row.b()), pair -> new ArrayList<>()).add(row);
      }
    }
    Map<String, List<MethodKey>> methods =
        names.all().stream().collect(Collectors.groupingBy(MethodKey::method));
    Map<String, List<MethodDifference>> pairs = new LinkedHashMap<>();
    for (MethodKey a : names.all()) {
      for (MethodKey b : methods.get(a.method())) {
        List<ContrastResult> rows = figures.get(List.of(names.name(a), names.name(b)));
        if (rows != null) {
          pairs
              .computeIfAbsent(
                  names.folder(a) + " minus " + names.folder(b), pair -> new ArrayList<>())
              .add(new MethodDifference(names.method(a.method()), rows));
        }
      }
    }
    return pairs.entrySet().stream()
        .map(pair -> new RunDifference(pair.getKey(), pair.getValue()))
        .toList();
  }
}
