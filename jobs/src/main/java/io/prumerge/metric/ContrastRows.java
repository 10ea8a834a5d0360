package io.prumerge.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of each contrast, uncorrected, in the order of the contrasts. */
final class ContrastRows {

  private final Map<Contrast, List<ContrastResult>> rows = new LinkedHashMap<>();

  void add(Contrast contrast, ContrastResult row) {
    rows.computeIfAbsent(contrast, absent -> new ArrayList<>()).add(row);
  }

  /** Returns the rows of each contrast. */
  Map<Contrast, List<ContrastResult>> byContrast() {
    return rows;
  }

  /**
   * Returns these rows with those of some contrasts replaced by rows over shared questions. They
   * still say how many questions only one run has; a benchmark without a shared question has no
   * row.
   *
   * @param shared rows of the same contrasts over the questions that both runs have
   */
  ContrastRows onShared(List<Contrast> contrasts, ContrastRows shared) {
    ContrastRows replaced = new ContrastRows();
    rows.forEach(
        (contrast, whole) ->
            replaced.rows.put(
                contrast,
                contrasts.contains(contrast)
                    ? whole.stream().flatMap(row -> shared.like(contrast, row).stream()).toList()
                    : whole));
    return replaced;
  }

  private Optional<ContrastResult> like(Contrast contrast, ContrastResult whole) {
    return rows.getOrDefault(contrast, List.of()).stream()
        .filter(row -> row.benchmark().equals(whole.benchmark()))
        .filter(row -> row.split().equals(whole.split()))
        .filter(row -> row.metric().equals(whole.metric()))
        .map(row -> row.onShared(whole.questions()))
        .findFirst();
  }
}
