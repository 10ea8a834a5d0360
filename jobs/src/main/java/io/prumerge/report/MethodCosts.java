package io.prumerge.report;

import io.prumerge.store.EfficiencyRow;
import java.util.List;

/**
 * What methods cost on benchmarks.
 *
 * @param efficiency sorted by run, benchmark, split and method
 * @param runs sorted by run
 * @param notes messages about figures that are left out
 */
public record MethodCosts(
    List<EfficiencyRow> efficiency, List<RunAnswers> runs, List<String> notes) {

  public MethodCosts {
    efficiency = List.copyOf(efficiency);
    runs = List.copyOf(runs);
    notes = List.copyOf(notes);
  }
}
