package io.prumerge.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
}
